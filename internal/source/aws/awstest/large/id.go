package large

// An id is a pure function of what it names, and can be turned back: the
// server finds instance i of region r from "i-0…" without a table of ids.

// kind is a sort of thing that the account holds; account.go lists them.
type kind uint8

// mix is a permutation of 64-bit numbers without visible pattern (the finaliser
// of SplitMix64), and unmix is its inverse.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ (x >> 31)
}

func unmix(x uint64) uint64 {
	x ^= (x >> 31) ^ (x >> 62)
	x *= 0x319642b2d24d8ec3
	x ^= (x >> 27) ^ (x >> 54)
	x *= 0x96de1b173f119089
	return x ^ (x >> 30) ^ (x >> 60)
}

const hexDigits = "0123456789abcdef"

// id names thing i of a kind in a region the way EC2 does: a prefix, a hyphen
// and 17 hexadecimal digits.
func (a *account) id(prefix string, k kind, region, i int) string {
	x := mix(pack(k, region, i) ^ a.key)
	b := make([]byte, 0, len(prefix)+18)
	b = append(b, prefix...)
	b = append(b, '-', '0')
	return string(appendHex(b, x))
}

// hex32 is a further 32 hexadecimal digits that belong to a thing, for the ids
// of KMS and of others that are UUIDs.
func (a *account) hex32(k kind, region, i int) string {
	x := mix(pack(k, region, i) ^ a.key)
	return string(appendHex(appendHex(make([]byte, 0, 32), x), mix(x+1)))
}

// uuid is an id in the form of KMS's key ids; uuidIndex turns it back.
func (a *account) uuid(k kind, region, i int) string {
	h := a.hex32(k, region, i)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (a *account) uuidIndex(uuid string, k kind, region int) (int, bool) {
	if len(uuid) != 36 {
		return 0, false
	}
	i, ok := a.index("0"+uuid[:8]+uuid[9:13]+uuid[14:18], k, region)
	if !ok || a.uuid(k, region, i) != uuid {
		return 0, false
	}
	return i, true
}

// indexOf finds the thing that an id names, when this region has it.
func (a *account) indexOf(id, prefix string, k kind, region int) (int, bool) {
	if len(id) != len(prefix)+18 || id[:len(prefix)] != prefix || id[len(prefix)] != '-' {
		return 0, false
	}
	return a.index(id[len(prefix)+1:], k, region)
}

func (a *account) index(digits string, k kind, region int) (int, bool) {
	if len(digits) != 17 || digits[0] != '0' {
		return 0, false
	}
	var x uint64
	for _, c := range []byte(digits[1:]) {
		switch {
		case '0' <= c && c <= '9':
			x = x<<4 | uint64(c-'0')
		case 'a' <= c && c <= 'f':
			x = x<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	v := unmix(x) ^ a.key
	i := int(v & (1<<40 - 1))
	if v != pack(k, region, i) || i >= a.count(k, region) {
		return 0, false
	}
	return i, true
}

func pack(k kind, region, i int) uint64 {
	return uint64(k)<<56 | uint64(region)<<48 | uint64(i)
}

func appendHex(b []byte, x uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[x>>shift&15])
	}
	return b
}

const base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// unique is an id in the form of IAM's (AIDA…, AROA…) or of a zone or a
// distribution: a prefix and n letters and digits.
func (a *account) unique(prefix string, n int, k kind, region, i int) string {
	b := append(make([]byte, 0, len(prefix)+n), prefix...)
	x := mix(pack(k, region, i) ^ a.key)
	for j := range n {
		if j%12 == 0 {
			x = mix(x + 0x9e3779b97f4a7c15)
		}
		b = append(b, base32Digits[x>>(5*(j%12))&31])
	}
	return string(b)
}

// roll is an even number below n that a thing draws for one of its traits.
func (a *account) roll(k kind, region, i, trait, n int) int {
	return int(mix(mix(pack(k, region, i)^a.key)+uint64(trait)*0x9e3779b97f4a7c15) >> 11 % uint64(n))
}

// chance is true for percent of a hundred things.
func (a *account) chance(k kind, region, i, trait, percent int) bool {
	return a.roll(k, region, i, trait, 100) < percent
}

func pickOf[T any](a *account, k kind, region, i, trait int, of []T) T {
	return of[a.roll(k, region, i, trait, len(of))]
}
