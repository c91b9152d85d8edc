package customrule

import "crypto/rand"

// IDPrefix begins the id of every custom rule.
const IDPrefix = "CUSTOM-"

// NewID makes the id of a new rule: "CUSTOM-" and six random characters of
// A–Z and 0–9. There are two thousand million; whoever stores rules sees to it
// that an id is not in use.
func NewID() string {
	const (
		letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		fair    = 256 - 256%len(letters) // bytes from here on would favour the first letters
	)
	id := []byte(IDPrefix)
	var b [1]byte
	for len(id) < len(IDPrefix)+6 {
		rand.Read(b[:]) // never fails: the program ends where there is no randomness
		if int(b[0]) < fair {
			id = append(id, letters[int(b[0])%len(letters)])
		}
	}
	return string(id)
}
