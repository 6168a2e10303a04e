package command

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"github.com/polderhq/polder/internal/fault"
)

// hashRequest returns the first 8 bytes of the sha256 of the command's name and its body
// with sorted keys and without insignificant space: two requests with one command id are
// the same when their hashes are. Numbers count as they are written.
func hashRequest(name string, body json.RawMessage) (int64, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "The command's body is not JSON")
	}
	canonical, err := json.Marshal(value) // sorts keys
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), canonical...))
	return int64(binary.BigEndian.Uint64(sum[:8])), nil
}
