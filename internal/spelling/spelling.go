// Package spelling compares names and finds the nearest ones, for look-ups and for suggestions in error messages.
package spelling

// Distance returns the Levenshtein distance of two names in bytes: the insertions, deletions and
// substitutions that turn one into the other. It takes time in the product of the lengths.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
