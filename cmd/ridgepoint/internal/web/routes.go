package web

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// A route is an address of the server.
type route struct {
	path   string
	doc    string
	schema string   // of the answer, such as estimate-v2; "" where it is no JSON of a schema
	kind   string   // media type of the answer
	takes  []string // names of params
	work   func(s *Server, ctx context.Context, q *question) ([]byte, error)
	handle func(s *Server, r *route, w http.ResponseWriter, req *http.Request)
}

// pattern returns the route as http.ServeMux has it. Work takes GET for built-in models and POST for files: without a
// method the mux lets both through, and work refuses the rest.
func (r *route) pattern() string {
	if r.work != nil {
		return r.path
	}
	return "GET " + r.path
}

const (
	jsonKind = "application/json"
	htmlKind = "text/html; charset=utf-8"
	textKind = "text/plain; charset=utf-8"
)

// how lists the parameters of everything estimated.
var how = []string{"model", "name", "device", "runtime", "precision", "batch", "dim", "shape", "size", "threads"}

// with returns the usual parameters and more.
func with(more ...string) []string { return append(append([]string{}, how...), more...) }

// routes returns the addresses.
func routes() []route {
	return []route{
		{path: "/{$}", kind: htmlKind, handle: (*Server).home, doc: "A form that takes a model file"},
		{path: "/report", kind: htmlKind, takes: how, work: (*Server).report, handle: (*Server).answer,
			doc: "A report as one HTML page"},
		{path: "/api/v1/estimate", schema: "estimate-v2", kind: jsonKind, takes: how, work: (*Server).estimate,
			handle: (*Server).answer, doc: "Latency of a model on devices, layer by layer and in total"},
		{path: "/api/v1/ways", schema: "ways-v1", kind: jsonKind, takes: how, work: (*Server).ways,
			handle: (*Server).answer, doc: "The ways to run a model on devices, in lists of runtimes and precisions, or all"},
		{path: "/api/v1/explain", schema: "explain-v1", kind: jsonKind, takes: with("fps", "max_latency"),
			work: (*Server).explain, handle: (*Server).answer, doc: "What would make a model faster on a device"},
		{path: "/api/v1/sweep", schema: "sweep-v2", kind: jsonKind, takes: with("values"), work: (*Server).sweep,
			handle: (*Server).answer, doc: "Latency and throughput over batches"},
		{path: "/api/v1/devices", schema: "devices-v2", kind: jsonKind, handle: (*Server).devices,
			doc: "Devices, with the source of each figure"},
		{path: "/api/v1/runtimes", schema: "runtimes-v2", kind: jsonKind, handle: (*Server).runtimes,
			doc: "Runtimes, and where each runs"},
		{path: "/api/v1/models", schema: "models-v2", kind: jsonKind, handle: (*Server).models, doc: "Built-in models"},
		{path: "/openapi.json", kind: jsonKind, handle: (*Server).description, doc: "This description"},
		{path: "/schema/{name}", kind: jsonKind, handle: (*Server).schemaFile, doc: "JSON Schema of an answer"},
		{path: "/assets/{name}", handle: (*Server).asset, doc: "Style and script of the form"},
		{path: "/healthz", kind: jsonKind, handle: (*Server).health, doc: "Whether the server takes requests"},
		{path: "/metrics", kind: textKind, handle: (*Server).metrics, doc: "Counts and times for Prometheus"},
	}
}

// jsonOf returns a document as the commands print it with --format json.
func jsonOf(doc *report.Document) ([]byte, error) {
	f, err := report.Lookup("json")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = f.Write(&b, doc)
	return b.Bytes(), err
}

// estimate answers with estimates of a model on devices.
func (s *Server) estimate(_ context.Context, q *question) ([]byte, error) {
	if len(q.runtimes) > 1 || len(q.precisions) > 1 {
		return nil, badf("found %d runtimes and %d precisions, expected one of each at most; /api/v1/ways takes lists",
			len(q.runtimes), len(q.precisions))
	}
	opt := q.single()
	all, err := s.Estimator.EstimateOn(q.model, q.devices, opt)
	if err != nil {
		return nil, err
	}
	return jsonOf(report.Estimates(all, report.View{}))
}

// ways answers with the ways to run a model.
func (s *Server) ways(ctx context.Context, q *question) ([]byte, error) {
	w, err := s.Estimator.Ways(ctx, q.model, q.devices, q.runtimes, q.precisions, &q.opt)
	if err != nil {
		return nil, err
	}
	return jsonOf(report.Ways(w.Estimates, w.Refused, 0))
}

// explain answers with advice.
func (s *Server) explain(ctx context.Context, q *question) ([]byte, error) {
	if len(q.devices) != 1 || len(q.runtimes) > 1 || len(q.precisions) > 1 {
		return nil, badf("found %d devices, %d runtimes and %d precisions, expected one device and one of the others at most",
			len(q.devices), len(q.runtimes), len(q.precisions))
	}
	a, err := s.Estimator.Advise(ctx, q.model, q.devices[0], q.target, q.single())
	if err != nil {
		return nil, err
	}
	return jsonOf(report.Advice(a))
}

// sweep answers with a sweep of batches.
func (s *Server) sweep(ctx context.Context, q *question) ([]byte, error) {
	values := q.values
	if len(values) == 0 {
		values = ridgepoint.PageBatches()
	}
	points, err := s.Estimator.Sweep(ctx, q.model, q.devices, ridgepoint.BatchAxis, values, q.single())
	if err != nil {
		return nil, err
	}
	return jsonOf(report.Sweep(q.model.Name, ridgepoint.BatchAxis, points))
}

// mostSections limits the estimates that a report shows: more of them make a table.
const mostSections = 12

// report answers with a page.
func (s *Server) report(ctx context.Context, q *question) ([]byte, error) {
	w, err := s.Estimator.Ways(ctx, q.model, q.devices, q.runtimes, q.precisions, &q.opt)
	if err != nil {
		return nil, err
	}
	if n := len(w.Estimates); n > mostSections {
		return nil, badf("found %d ways to run the model, expected %d at most on one page; choose fewer devices, runtimes or"+
			" precisions", n, mostSections)
	}
	var parts []ridgepoint.PagePart
	for _, e := range w.Estimates {
		p, err := s.Estimator.PagePart(ctx, q.model, e, &q.opt)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	var b bytes.Buffer
	err = ridgepoint.WritePage(&b, parts...)
	return b.Bytes(), err
}

// single returns the options of one runtime and one precision.
func (q *question) single() *ridgepoint.Options {
	o := q.opt
	o.Runtime, o.Precision = strings.Join(q.runtimes, ","), strings.Join(q.precisions, ",")
	return &o
}
