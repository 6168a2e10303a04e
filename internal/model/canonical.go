package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Canonical returns the JSON that a release stores and digests: sorted keys, no
// insignificant space.
func Canonical(ir *IR) ([]byte, error) {
	text, err := json.Marshal(ir)
	if err != nil {
		return nil, fmt.Errorf("write the IR: %w", err)
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("write the IR: %w", err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil { // maps are written with sorted keys
		return nil, fmt.Errorf("write the IR: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// digest returns the sha256 of the canonical IR in hex.
func digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
