package observe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"
)

func TestLogLinesAreJSONWithTheTimeInUTC(t *testing.T) {
	config, err := loggerConfig("")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "log")
	config.OutputPaths = []string{file}
	logger, err := config.Build()
	if err != nil {
		t.Fatal(err)
	}
	logger.Debug("not shown")
	logger.Error("append failed", zap.String("accountId", "a1"))
	_ = logger.Sync()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatalf("%q is not one JSON line: %v", text, err)
	}
	at, err := time.Parse("2006-01-02T15:04:05.000Z", line["time"].(string))
	if err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("time = %v, %v", line["time"], err)
	}
	if line["level"] != "error" || line["msg"] != "append failed" || line["accountId"] != "a1" || line["stacktrace"] != nil {
		t.Errorf("line = %v", line)
	}
}

func TestAnUnknownLevelIsRefused(t *testing.T) {
	if _, err := NewLogger("loud"); err == nil {
		t.Error("level loud is taken")
	}
	logger, err := NewLogger("debug")
	if err != nil || !logger.Core().Enabled(zap.DebugLevel) {
		t.Errorf("debug: %v", err)
	}
}
