package web

// Patterns are those of all pages.
func Patterns() []string {
	var all []string
	for _, p := range table() {
		all = append(all, p.Pattern)
	}
	return all
}
