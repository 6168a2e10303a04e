package observe

import (
	"fmt"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// NewLogger returns a logger that writes JSON lines to standard error, from the level
// ("debug", "info", "warn", "error"; empty: "info") up. An unknown level is an error.
func NewLogger(level string) (*zap.Logger, error) {
	config, err := loggerConfig(level)
	if err != nil {
		return nil, err
	}
	return config.Build()
}

func loggerConfig(level string) (zap.Config, error) {
	if level == "" {
		level = "info"
	}
	parsed, err := zap.ParseAtomicLevel(level)
	if err != nil {
		return zap.Config{}, fmt.Errorf("log level %q: use debug, info, warn or error", level)
	}
	config := zap.NewProductionConfig()
	config.Level = parsed
	config.Sampling = nil
	config.DisableStacktrace = true
	config.EncoderConfig.TimeKey = "time"
	config.EncoderConfig.EncodeTime = func(t time.Time, to zapcore.PrimitiveArrayEncoder) {
		to.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	return config, nil
}
