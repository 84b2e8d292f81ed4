package strictyaml

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// CheckShapes reports texts with characters that have no shape of their own, such as control characters and changes of
// direction: a name with them obeys or deceives a terminal. A note may have several lines.
func (v Value) CheckShapes() { v.doc.checkShapes(v.node, "") }

// checkShapes reports anchors, tags and other forms that profiles do without.
func (d *document) checkShapes(n *yaml.Node, key string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			d.checkShapes(n.Content[i], "")
			d.checkShapes(n.Content[i+1], n.Content[i].Value)
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			d.checkShapes(item, key)
		}
	case yaml.ScalarNode:
		text := n.Value
		if key == "note" {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		if shown := visible.Text(text); shown != text {
			d.errorf(n, "", "", "found the text %s, expected one line of characters that have a shape", visible.Clip(shown, 80))
		}
	}
}
