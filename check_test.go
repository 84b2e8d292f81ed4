package ridgepoint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

// TestCheckPage holds the table of limits in docs/check.md to the limits that there are, and its file to the reader.
func TestCheckPage(t *testing.T) {
	page := textOf(t, "docs/check.md")
	for _, l := range gate.Limits() {
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", l.Key, l.Doc, l.Example); !strings.Contains(page, row) {
			t.Errorf("docs/check.md lacks the row %s", row)
		}
	}
	_, file, _ := strings.Cut(page, "```yaml\n")
	file, _, _ = strings.Cut(file, "```")
	f, err := gate.Read("page.yaml", []byte(file))
	if err != nil || f.Finish() != nil || len(f.Entries) != 1 {
		t.Errorf("docs/check.md shows a file that is not read: %v, %v", err, f.Finish())
	}
}
