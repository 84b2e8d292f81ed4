package validate

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// sizedFile holds the name of a file of models that ends in an image size: timm_resnet50_224.
var sizedFile = lazyexp.New(`^(.*)_(\d{2,4})(?:\.onnx)?(?:\.gz)?$`)

// prefixes lists the beginnings of file names that published names of the same networks lack.
var prefixes = []string{"timm_", ""}

// resized returns the file of a network that a row names without a graph, and the side of the row's images: the
// network was exported at another size. Names with weights behind a point (resnet50.a1_in1k) are of that network.
func (m *Matcher) resized(row *measured.Row) (file string, side int64, err error) {
	option, side := inputSize(row.InputShape)
	name, _, _ := strings.Cut(row.Model, ".")
	if option == "size" && m.files == nil {
		m.files = sizedFiles(m.Models)
	}
	for _, prefix := range prefixes {
		if file = m.files[prefix+name]; option == "size" && file != "" {
			return file, side, nil
		}
		if sized := sizedFile().FindStringSubmatch(name); sized != nil && option == "size" && m.files[prefix+sized[1]] != "" {
			return m.files[prefix+sized[1]], side, nil
		}
	}
	return "", 0, fmt.Errorf("model %q names no graph and is not built in%s", row.Model, m.nearest(row.Model))
}

// nearest names built-in models and files that a name which is none may mean.
func (m *Matcher) nearest(name string) string {
	var all []string
	for _, e := range zoo.Entries() {
		all = append(all, e.Name)
	}
	near := spelling.Nearest(name, append(all, slices.Sorted(maps.Keys(m.files))...), 2)
	if len(near) == 0 {
		return ""
	}
	return NearWords + strings.Join(near, ", ") + "?"
}

// NearWords come before the names that an unknown one may mean.
const NearWords = "; did you mean "

// sizedFiles returns the files of a folder whose names end in a size, by the name without it.
func sizedFiles(dir string) map[string]string {
	out := map[string]string{}
	list, _ := os.ReadDir(dir)
	for _, f := range list {
		if s := sizedFile().FindStringSubmatch(f.Name()); s != nil {
			out[s[1]] = s[1] + "_" + s[2]
		}
	}
	return out
}

// atSize reads a model and infers it with square images of another size. A network that learnt its positions for one
// size is refused: its graph has them as constants.
func (m *Matcher) atSize(name string, side int64) (p plan) {
	if p.plan, p.err = m.open(name); p.err != nil {
		return p
	}
	input := p.plan.Model.Tensors[p.plan.Model.Main.Inputs[0]]
	if input.Decl == nil || len(input.Decl.Dims) != 4 {
		p.err = fmt.Errorf("model %q cannot be sized: its first input is no image", name)
		return p
	}
	p.shapes = map[string]graph.Shape{input.Name: {1, input.Decl.Dims[1].Value, side, side}}
	res, err := p.plan.Run(infer.Bindings{Shapes: p.shapes}, nil)
	if err != nil {
		p.err = fmt.Errorf("model %q cannot be sized: %w", name, err)
		return p
	}
	p.macs = res.MACs()
	return p
}
