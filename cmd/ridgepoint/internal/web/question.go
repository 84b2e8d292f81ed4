package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// A question is what a request asks.
type question struct {
	model      *ridgepoint.Model
	spec       string // of a built-in model, "" where a file is sent
	name       string // of a file that is sent
	devices    []string
	runtimes   []string
	precisions []string
	opt        ridgepoint.Options
	target     ridgepoint.Target
	values     []int64
	place      *place
}

// A param is a parameter of a query, or a field of a form.
type param struct {
	name string
	doc  string
	list bool // may be repeated
	set  func(q *question, text string) error
}

// modelField gives the field of a form that holds the file.
const modelField = "file"

// params lists the parameters.
var params = []param{
	{"model", "built-in model, such as zoo:resnet50, where no file is sent", false, (*question).setModel},
	{"name", "name of the file that is sent", false, func(q *question, v string) error { q.name = v; return nil }},
	{"device", "id or alias of a device, id@MODE, or several with commas", true, (*question).addDevices},
	{"runtime", "id of a runtime; none for the lower bound alone; all or several where ways are ranked", true,
		func(q *question, v string) error { q.runtimes = append(q.runtimes, split(v)...); return nil }},
	{"precision", "precision of floating-point work; all or several where ways are ranked", true,
		func(q *question, v string) error { q.precisions = append(q.precisions, split(v)...); return nil }},
	{"batch", "samples of one inference", false, func(q *question, v string) (err error) {
		q.opt.Batch, err = positive(v)
		return err
	}},
	{"dim", "free dimension, NAME=N, or several with commas", true, (*question).addDims},
	{"shape", "shape of an input, INPUT=1x3x640x640", true, func(q *question, v string) error { return q.opt.SetShape(v) }},
	{"size", "size of images in pixels: 640, or height x width as in 384x640", false, (*question).setSize},
	{"threads", "threads of a CPU", false, func(q *question, v string) error {
		n, err := positive(v)
		q.opt.Threads = int(min(n, 1<<20))
		return err
	}},
	{"fps", "target: samples per second at least", false, func(q *question, v string) (err error) {
		q.target.FPS, err = strconv.ParseFloat(v, 64)
		if err != nil || !(q.target.FPS > 0) {
			return errors.New("expected a positive number")
		}
		return nil
	}},
	{"max_latency", "target: time of one inference at most, such as 33ms", false, func(q *question, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return errors.New("expected a positive time with its unit, such as 33ms")
		}
		q.target.Latency = d.Seconds()
		return nil
	}},
	{"values", "batches to try, such as 1..64 or 1,8,32", false, (*question).setValues},
}

// mostValues limits the steps of a sweep.
const mostValues = 64

// setValues takes the values that a sweep varies, at most mostValues.
func (q *question) setValues(v string) (err error) {
	q.values, err = ridgepoint.ParseList(v)
	if err == nil && len(q.values) > mostValues {
		err = fmt.Errorf("found %d values, expected %d at most", len(q.values), mostValues)
	}
	return err
}

// setModel takes built-in models alone: a path would let a request read files of the server.
func (q *question) setModel(v string) error {
	if !ridgepoint.IsBuiltIn(v) {
		return errors.New("expected a built-in model such as zoo:resnet50; send a file as the body of the request")
	}
	q.spec = v
	return nil
}

// addDevices takes names of the catalogue alone: a path would let a request read files of the server.
func (q *question) addDevices(v string) error {
	for _, name := range split(v) {
		if strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) ||
			slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(path.Ext(name))) {
			return errors.New("expected the id of a device, such as rpi-5; /api/v1/devices lists them")
		}
		q.devices = append(q.devices, name)
	}
	return nil
}

// addDims takes the sizes of free dimensions. A comma may be part of a name, as in max(a,b).
func (q *question) addDims(v string) error {
	all := split(v)
	if !slices.ContainsFunc(all, func(s string) bool { return !strings.Contains(s, "=") }) {
		for _, dim := range all {
			if err := q.opt.SetDim(dim); err != nil {
				return err
			}
		}
		return nil
	}
	return q.opt.SetDim(v)
}

// setSize takes an image size, one side or HEIGHTxWIDTH in pixels.
func (q *question) setSize(v string) error {
	high, wide, both := strings.Cut(v, "x")
	if !both {
		wide = high
	}
	h, err := positive(high)
	w, errWide := positive(wide)
	if err != nil || errWide != nil {
		return errors.New("expected pixels, such as 640, or height x width, such as 384x640")
	}
	q.opt.Size = ridgepoint.Size{Height: h, Width: w}
	return nil
}

// positive returns a positive whole number.
func positive(v string) (int64, error) {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 {
		return 0, errors.New("expected a positive whole number")
	}
	return n, nil
}

// split returns the words of a list with commas.
func split(v string) []string {
	var out []string
	for word := range strings.SplitSeq(v, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// set sets a parameter. Fields of a form that were left empty say nothing.
func (q *question) set(r *route, name, value string) error {
	i := slices.IndexFunc(params, func(p param) bool { return p.name == name })
	if i < 0 || !slices.Contains(r.takes, name) {
		near := ""
		if n := spelling.Nearest(name, r.takes, 1); len(n) > 0 {
			near = "did you mean " + n[0] + "? "
		}
		return badf("there is no parameter %q; %sexpected one of %s", ridgepoint.VisibleText(name), near,
			strings.Join(r.takes, ", "))
	}
	if value = strings.TrimSpace(value); value == "" {
		return nil
	}
	if err := params[i].set(q, value); err != nil {
		return badf("%s: found %q: %w", name, clip(value), err)
	}
	return nil
}

// longestEcho limits the bytes of a value that an error repeats.
const longestEcho = 100

// clip returns what was asked, shortened and made visible, for an error.
func clip(v string) string {
	if len(v) > longestEcho {
		v = v[:longestEcho] + "…"
	}
	return ridgepoint.VisibleText(v)
}

// ask reads a request. Payloads of weights are passed over while the file comes in; nothing is stored.
func (s *Server) ask(r *route, req *http.Request, p *place) (*question, error) {
	q := &question{place: p}
	for name, values := range req.URL.Query() {
		for _, v := range values {
			if err := q.set(r, name, v); err != nil {
				return nil, err
			}
		}
	}
	if req.Method == http.MethodPost {
		if err := s.body(r, q, req); err != nil {
			return nil, err
		}
	}
	return q, s.whole(q)
}

// whole checks that a question names a model and a device, and loads a built-in model.
func (s *Server) whole(q *question) error {
	switch {
	case q.model == nil && q.spec == "":
		return badf("found no model, expected a file as the body of the request, or model=zoo:NAME")
	case len(q.devices) == 0:
		return badf("found no device, expected one such as device=rpi-5; /api/v1/devices lists them")
	case q.model != nil:
		return nil
	}
	m, err := s.Estimator.Load(q.spec)
	q.model = m
	return err
}

// body reads the body of a request: a form, or a file by itself.
func (s *Server) body(r *route, q *question, req *http.Request) error {
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return s.form(r, q, req)
	}
	return s.file(q, q.name, req.Body) // whatever it is called: curl calls a file a form
}

// file reads a model.
func (s *Server) file(q *question, name string, in io.Reader) error {
	head := make([]byte, 1)
	n, err := io.ReadFull(in, head)
	if n == 0 && err == io.EOF {
		return nil // no file: the question may name a built-in model
	}
	if err != nil && err != io.EOF {
		return err
	}
	q.model, err = s.Estimator.ReadInTurn(fileName(name), io.MultiReader(strings.NewReader(string(head[:n])), in),
		q.place.take)
	if q.place.err != nil {
		return q.place.err // readers have words of their own for it
	}
	q.place.settle(q)
	return err
}

// fileName returns a name for titles and messages that names no file of the server and no built-in model.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.ReplaceAll(clip(name), ":", "_")
	if name == "" || name == "-" || name == "." || name == ".." {
		return "model.onnx"
	}
	return name
}

// What a form may hold beside a file.
const (
	mostFields = 1000
	longest    = 4 << 10 // bytes of a field
)

// form reads a form as it comes in.
func (s *Server) form(r *route, q *question, req *http.Request) error {
	parts, err := req.MultipartReader()
	if err != nil {
		return badf("the form cannot be read; expected multipart/form-data with a boundary")
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return formError(err)
		case n >= mostFields:
			return badf("found more than %d fields in the form", mostFields)
		case part.FormName() == modelField:
			if err := s.file(q, part.FileName(), part); err != nil {
				return err
			}
		default:
			text, err := io.ReadAll(io.LimitReader(part, longest+1))
			if err != nil {
				return formError(err)
			}
			if len(text) > longest {
				return badf("%s: found more than %d bytes", clip(part.FormName()), longest)
			}
			if err := q.set(r, part.FormName(), string(text)); err != nil {
				return err
			}
		}
	}
}

// formError returns why a form cannot be read: what the connection says, or that it is damaged.
func formError(err error) error {
	if _, ok := statusOf(err); ok {
		return err
	}
	return badf("the form is cut short or damaged; expected multipart/form-data")
}
