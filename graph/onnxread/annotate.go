package onnxread

import (
	"bufio"
	"io"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// Annotations are metadata for a model and its nodes (metadata_props in onnx.proto).
type Annotations struct {
	Prefix string                // of all keys: what the model has under such keys is replaced
	Model  []graph.Property      // of the model
	Nodes  map[string]Annotation // by the name of the node's first output
}

// An Annotation is metadata for a node.
type Annotation struct {
	Name       string           // given to a node without one, with underscores behind it where the model has that name
	Properties []graph.Property // of a node
}

// Fields of messages that annotations change.
const (
	nodeName      protowire.Number = 3  // field of NodeProto
	nodeOutput    protowire.Number = 2  // field of NodeProto
	nodeMetadata  protowire.Number = 9  // field of NodeProto
	modelMetadata protowire.Number = 14 // field of ModelProto
)

// Annotate copies a model of size bytes without its weights, as Strip does, and adds metadata. Nodes of bodies of
// control flow have theirs; those of local functions, which several calls share, have none.
func Annotate(name string, r io.ReaderAt, size int64, w io.Writer, notes *Annotations) error {
	m, err := Read(name, r, size)
	if err != nil {
		return err
	}
	s := newStripper(name, r, size)
	s.tensor = s.bare
	a := &annotator{notes, s, map[string]bool{}}
	a.listNames(m.Main)
	s.node, s.drop = a.node, a.isOurs
	b := bufio.NewWriter(w)
	emit := func(p []byte) error { _, err := b.Write(p); return err }
	if err := s.message(span{0, size}, modelMessage, emit); err != nil {
		return err
	}
	if err := emit(appendProperties(nil, modelMetadata, notes.Model)); err != nil {
		return err
	}
	return b.Flush()
}

// annotator copies a model and adds metadata.
type annotator struct {
	*Annotations
	in    *stripper       // reads the model
	names map[string]bool // of nodes
}

// listNames notes the names of nodes, those of bodies included.
func (a *annotator) listNames(g *graph.Graph) {
	for i := range g.Nodes {
		a.names[g.Nodes[i].Name] = true
		for k := range g.Nodes[i].Attrs {
			attr := &g.Nodes[i].Attrs[k]
			if attr.Graph != nil {
				a.listNames(attr.Graph)
			}
			for _, body := range attr.Graphs {
				a.listNames(body)
			}
		}
	}
}

// node returns what is added to a node.
func (a *annotator) node(body span) ([]byte, error) {
	var name, output string
	err := a.in.fields(body, func(f *field) (err error) {
		switch {
		case f.num == nodeName:
			err = a.in.str(f, &name, "node name")
		case f.num == nodeOutput && output == "":
			err = a.in.str(f, &output, "node output")
		}
		return err
	})
	if err != nil || output == "" {
		return nil, err
	}
	note := a.Nodes[output]
	var out []byte
	if name == "" && note.Name != "" {
		for a.names[note.Name] {
			note.Name += "_"
		}
		a.names[note.Name] = true
		out = appendText(out, nodeName, note.Name)
	}
	return appendProperties(out, nodeMetadata, note.Properties), nil
}

// isOurs reports whether a field of a message is metadata of ours, from an earlier time.
func (a *annotator) isOurs(kind message, f *field) (bool, error) {
	own := kind == nodeMessage && f.num == nodeMetadata || kind == modelMessage && f.num == modelMetadata
	if !own || f.typ != protowire.BytesType {
		return false, nil
	}
	key := ""
	err := a.in.fields(f.body, func(f *field) (err error) {
		if f.num == 1 {
			err = a.in.str(f, &key, "metadata key")
		}
		return err
	})
	return strings.HasPrefix(key, a.Prefix), err
}

// appendProperties appends field num for each property, a message of key and value.
func appendProperties(to []byte, num protowire.Number, list []graph.Property) []byte {
	for _, p := range list {
		to = appendMessage(to, num, appendText(appendText(nil, 1, p.Key), 2, p.Value))
	}
	return to
}
