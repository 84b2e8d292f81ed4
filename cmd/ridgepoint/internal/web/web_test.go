package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/hostile"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// small is a model that takes little time.
const small = "zoo:squeezenet1.1?size=64"

// estimator returns the estimator of all tests, which has no profiles of a user: no test changes what it reads.
var estimator = sync.OnceValue(func() *ridgepoint.Estimator {
	return ridgepoint.New(&ridgepoint.Config{UserDir: filepath.Join(os.DevNull, "none")})
})

// served returns a server on a port of its own. change may change what it allows.
func served(t testing.TB, change func(*Config)) (*Server, *httptest.Server) {
	t.Helper()
	c := Defaults()
	c.Estimator = estimator()
	c.Limit = time.Minute
	if change != nil {
		change(&c)
	}
	s := New(&c)
	h := httptest.NewServer(s.Handler())
	t.Cleanup(h.Close)
	return s, h
}

// fileOf returns the ONNX file of a built-in model.
func fileOf(t testing.TB, spec string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := new(ridgepoint.Estimator).Strip(spec, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// form returns a form with a file and its media type.
func formOf(t testing.TB, file []byte, name string, fields ...string) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		w.WriteField(fields[i], fields[i+1])
	}
	part, err := w.CreateFormFile(modelField, name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	w.Close()
	return &b, w.FormDataContentType()
}

// an answer is what a request came to.
type reply struct {
	status int
	head   http.Header
	body   string
}

func do(t testing.TB, req *http.Request) reply {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(body)}
}

func send(t testing.TB, method, url string, body io.Reader, head ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	return do(t, req)
}

// TestDescription holds the description of the API to OpenAPI 3.1, and each JSON answer to the schema that the
// description names.
func TestDescription(t *testing.T) {
	_, h := served(t, nil)
	description, err := jsonschema.UnmarshalJSON(strings.NewReader(send(t, "GET", h.URL+"/openapi.json", nil).body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	meta, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("file:///openapi.json", meta); err != nil {
		t.Fatal(err)
	}
	rules, err := c.Compile("file:///openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := rules.Validate(description); err != nil {
		t.Error(err)
	}
	paths := description.(map[string]any)["paths"].(map[string]any)
	delete(description.(map[string]any), "info")
	if rules.Validate(description) == nil {
		t.Error("the rules let a description without info through: they check nothing")
	}
	checked := 0
	for _, r := range routes() {
		path := strings.TrimSuffix(r.path, "{$}")
		if paths[path] == nil {
			t.Errorf("found no %s in the description", path)
		}
		if r.schema != "" {
			checkAnswer(t, h.URL, &r)
			checked++
		}
	}
	if checked < 6 {
		t.Errorf("checked %d answers, expected 6 at least", checked)
	}
}

// checkAnswer holds the answer of a route to its schema as the server sends it.
func checkAnswer(t *testing.T, url string, r *route) {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(send(t, "GET", url+"/schema/"+r.schema+".json", nil).body))
	if err != nil {
		t.Fatalf("%s: %v", r.schema, err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("file:///a.json", schema); err != nil {
		t.Fatal(err)
	}
	rules, err := c.Compile("file:///a.json")
	if err != nil {
		t.Fatal(err)
	}
	query := ""
	if r.work != nil {
		query = "?device=rpi-5&model=" + small
	}
	got := send(t, "GET", url+r.path+query, nil)
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
	if got.status != http.StatusOK || err != nil || got.head.Get("Content-Type") != jsonKind {
		t.Fatalf("%s: status %d, %s, %v: %.200s", r.path, got.status, got.head.Get("Content-Type"), err, got.body)
	}
	if err := rules.Validate(v); err != nil {
		t.Errorf("%s: %v", r.path, err)
	}
	if rules.Validate(map[string]any{}) == nil {
		t.Errorf("%s: its schema lets an empty object through", r.path)
	}
}

// TestSameAnswer holds that a file in a body, a file in a form and a built-in model have one estimate, and that a report
// is a page.
func TestSameAnswer(t *testing.T) {
	_, h := served(t, nil)
	file := fileOf(t, small)
	latency := func(r reply) float64 {
		var v struct {
			Results []struct {
				Total struct {
					Latency struct {
						Expected float64
					} `json:"latency_ms"`
				}
			}
		}
		if err := json.Unmarshal([]byte(r.body), &v); err != nil || r.status != http.StatusOK || len(v.Results) != 1 {
			t.Fatalf("status %d: %v: %.200s", r.status, err, r.body)
		}
		return v.Results[0].Total.Latency.Expected
	}
	api := h.URL + "/api/v1/estimate"
	want := latency(send(t, "GET", api+"?device=rpi-5&model="+small, nil))
	body, kind := formOf(t, file, "net.onnx", "device", "rpi-5", "batch", "")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(file)
	z.Close()
	for name, r := range map[string]reply{
		"body": send(t, "POST", api+"?device=rpi-5&name=net.onnx", bytes.NewReader(file)),
		"gzip": send(t, "POST", api+"?device=rpi-5", &packed),
		"form": send(t, "POST", api, body, "Content-Type", kind),
	} {
		if have := latency(r); have != want || have <= 0 {
			t.Errorf("%s: found %g ms, expected %g", name, have, want)
		}
	}
	body, kind = formOf(t, file, "net.onnx", "device", "rpi-5", "device", "t4", "runtime", "", "size", "")
	page := send(t, "POST", h.URL+"/report", body, "Content-Type", kind)
	if page.status != http.StatusOK || strings.Count(page.body, "<section") != 3 || !strings.Contains(page.body, "net on NVIDIA T4") {
		t.Errorf("report: status %d, %d sections: %.200s", page.status, strings.Count(page.body, "<section"), page.body)
	}
}

// TestRefusals holds what is wrong to its status and to a reason that says what was expected.
func TestRefusals(t *testing.T) {
	s, h := served(t, func(c *Config) { c.Upload = 1 << 20 })
	secret := t.TempDir() + "/secret.yaml"
	if err := os.WriteFile(secret, []byte("id: secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := fileOf(t, small)
	for _, c := range []struct {
		method, path string
		body         []byte
		status       int
		want         string
	}{
		{"GET", "/api/v1/estimate?device=rpi-5", nil, 400, "found no model"},
		{"GET", "/api/v1/estimate?model=" + small, nil, 400, "found no device"},
		{"GET", "/api/v1/estimate?device=rpi-5&model=" + secret, nil, 400, "expected a built-in model"},
		{"GET", "/api/v1/estimate?device=rpi-5&model=git:HEAD:go.mod", nil, 400, "expected a built-in model"},
		{"GET", "/api/v1/estimate?device=rpi-5&model=-", nil, 400, "expected a built-in model"},
		{"GET", "/api/v1/estimate?device=" + secret + "&model=" + small, nil, 400, "expected the id of a device"},
		{"GET", "/api/v1/estimate?device=secret.yaml&model=" + small, nil, 400, "expected the id of a device"},
		{"GET", "/api/v1/estimate?device=rpi-6&model=" + small, nil, 422, "rpi-5"},
		{"GET", "/api/v1/estimate?devise=rpi-5&model=" + small, nil, 400, "did you mean device?"},
		{"GET", "/api/v1/estimate?device=rpi-5&batch=0&model=" + small, nil, 400, "positive whole number"},
		{"GET", "/api/v1/estimate?device=rpi-5&precision=fp13&model=" + small, nil, 422, "precision"},
		{"GET", "/api/v1/estimate?device=rpi-5&runtime=ncnn,mnn&model=" + small, nil, 400, "takes lists"},
		{"GET", "/api/v1/explain?device=rpi-5,t4&model=" + small, nil, 400, "expected one device"},
		{"GET", "/api/v1/sweep?device=rpi-5&values=1..x&model=" + small, nil, 400, "values"},
		{"GET", "/api/v1/sweep?device=rpi-5&values=1..65:1&model=" + small, nil, 400, "64 at most"},
		{"DELETE", "/api/v1/estimate?device=rpi-5&model=" + small, nil, 405, "POST with a file"},
		{"POST", "/api/v1/estimate?device=rpi-5", []byte("not a model"), 422, "model.onnx"},
		{"POST", "/api/v1/estimate?device=rpi-5&name=../../zoo:resnet50", file[:len(file)/2], 422, "zoo_resnet50"},
		{"POST", "/api/v1/estimate?device=rpi-5", make([]byte, 2<<20), 413, "remove the weights"},
		{"POST", "/api/v1/estimate?device=rpi-5", hostile.Open("sequence"), 422, "for example dim=sequenced=128, which"},
		{"GET", "/report?device=rpi-5,t4&runtime=all&precision=all&model=" + small, nil, 400, "on one page"},
		{"GET", "/api/v2/estimate", nil, 404, "/openapi.json"},
		{"GET", "/assets/", nil, 404, ""},
		{"GET", "/assets/home.html.tmpl", nil, 404, ""},
		{"GET", "/schema/..%2f..%2fgo.json", nil, 404, ""},
		{"GET", "/..%2f..%2fetc/passwd", nil, 404, ""},
	} {
		got := send(t, c.method, h.URL+c.path, bytes.NewReader(c.body), "Content-Type", "application/octet-stream")
		if got.status != c.status || !strings.Contains(got.body, c.want) {
			t.Errorf("%s %s: status %d, expected %d and %q: %.300s", c.method, c.path, got.status, c.status, c.want, got.body)
		}
		if strings.Contains(got.body, secret) && c.status != 400 || strings.Contains(got.body, "id: secret") {
			t.Errorf("%s %s: the answer has what is in a file of the server: %.300s", c.method, c.path, got.body)
		}
	}
	waitFor(t, func() bool { return len(s.turns) == 0 }) // an answer is sent before its estimate has given up its turn
}

// TestDims holds that a field takes sizes of several free dimensions, and that a comma may be part of a name.
func TestDims(t *testing.T) {
	for text, want := range map[string]map[string]int64{
		"sequence=128":           {"sequence": 128},
		"sequence=128, past = 0": nil,
		"sequence=128, past=0":   {"sequence": 128, "past": 0},
		"max(a,b)=3":             {"max(a,b)": 3},
		"a=1,b":                  nil,
	} {
		q := new(question)
		if err := q.addDims(text); (err != nil) != (want == nil) {
			t.Errorf("%q: found the error %v, expected sizes %v", text, err, want)
		}
		if want != nil && !maps.Equal(q.opt.Dims, want) {
			t.Errorf("%q: found %v, expected %v", text, q.opt.Dims, want)
		}
	}
}

// TestGuards holds that requests of other sites and under other names are refused, and what all answers say to browsers.
func TestGuards(t *testing.T) {
	_, h := served(t, func(c *Config) { c.Hosts = []string{"models.example.org"} })
	file := fileOf(t, small)
	for host, status := range map[string]int{"": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "localhost": 200, "LOCALHOST.:1": 200,
		"models.example.org": 200, "evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:8080": 421} {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", h.URL+"/healthz", nil)
		req.Host = host
		if got := do(t, req); got.status != status {
			t.Errorf("host %q: status %d, expected %d", host, got.status, status)
		}
	}
	for _, c := range []struct {
		head   []string
		status int
	}{
		{nil, 200},
		{[]string{"Origin", h.URL}, 200},
		{[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		{[]string{"Origin", "https://evil.example"}, 403},
		{[]string{"Origin", "null"}, 403},
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		if got := send(t, "POST", h.URL+"/api/v1/estimate?device=rpi-5", bytes.NewReader(file), c.head...); got.status != c.status {
			t.Errorf("%q: status %d, expected %d: %.200s", c.head, got.status, c.status, got.body)
		}
	}
	for _, path := range []string{"/", "/report?device=rpi-5&model=" + small, "/api/v1/models", "/nowhere", "/assets/home.js"} {
		got := send(t, "GET", h.URL+path, nil)
		policy := got.head.Get(policyHeader)
		if strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none'") ||
			!strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: found the policy %q", path, policy)
		}
		if got.head.Get("X-Content-Type-Options") != "nosniff" || got.head.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: found the headers %v", path, got.head)
		}
		if strings.Contains(got.body, " style=") || strings.Contains(got.body, " onclick=") {
			t.Errorf("%s: found an inline style or handler, which the policy forbids", path)
		}
	}
}

// TestHostileUploads sends files that attack readers: each has an answer, and the server stays well.
func TestHostileUploads(t *testing.T) {
	sampling.Alone(t)
	s, h := served(t, nil)
	for i, f := range hostile.Files() {
		if testing.Short() && i%24 != 1 {
			continue
		}
		body := f.Make()
		if len(body) > 16<<20 {
			continue
		}
		got := send(t, "POST", h.URL+"/api/v1/estimate?device=rpi-5", bytes.NewReader(body))
		t.Logf("%-28s status %d  %.100s", f.Name, got.status, got.body)
		switch {
		case got.status != 200 && got.status != 422 && got.status != 413:
			t.Errorf("%s: status %d: %.200s", f.Name, got.status, got.body)
		case f.Fits && got.status != 200:
			t.Errorf("%s: refused, but it is no attack: %.200s", f.Name, got.body)
		}
	}
	all := hostile.Names()
	names := append(sampling.Every(16, all), strings.Join(all, ""))
	for _, name := range names {
		body, kind := formOf(t, hostile.Named(name), name, "device", "rpi-5", "dim", "")
		got := send(t, "POST", h.URL+"/report", body, "Content-Type", kind)
		if got.status != 200 && got.status != 400 || strings.Contains(got.body, "<script>alert") || strings.ContainsAny(got.body, "\x1b\u202e") {
			t.Errorf("%q: status %d: %.200s", name, got.status, got.body)
		}
		body, kind = formOf(t, []byte("none"), name, "device", "rpi-5", name, name)
		got = send(t, "POST", h.URL+"/report", body, "Content-Type", kind)
		if got.status != 400 && got.status != 422 || strings.Contains(got.body, "<script>alert") {
			t.Errorf("field %q: status %d: %.200s", name, got.status, got.body)
		}
	}
	if got := send(t, "GET", h.URL+"/healthz", nil); got.status != 200 || len(s.turns) != 0 {
		t.Errorf("health: status %d, %d under way", got.status, len(s.turns))
	}
}

// slow is a body of which nothing comes until its context ends.
type slow struct{ ctx context.Context }

func (s *slow) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, s.ctx.Err() }

// TestTurns holds that what is beyond the estimates at once is refused, and that requests that went away give their
// turns back.
func TestTurns(t *testing.T) {
	s, h := served(t, func(c *Config) { c.AtOnce, c.Wait = 2, 20*time.Millisecond })
	url := h.URL + "/api/v1/estimate?device=rpi-5"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	body := &slow{ctx}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			req, _ := http.NewRequestWithContext(ctx, "POST", url, body)
			if res, err := http.DefaultClient.Do(req); err == nil {
				t.Errorf("found status %d, expected an end by the client", res.StatusCode)
				res.Body.Close()
			}
		})
	}
	waitFor(t, func() bool { return len(s.turns) == 2 })
	got := send(t, "GET", url+"&model="+small, nil)
	if got.status != http.StatusTooManyRequests || got.head.Get("Retry-After") == "" {
		t.Errorf("a third one: status %d, expected 429 with Retry-After: %s", got.status, got.body)
	}
	cancel()
	wg.Wait()
	waitFor(t, func() bool { return len(s.turns) == 0 })
	if got := send(t, "GET", url+"&model="+small, nil); got.status != http.StatusOK {
		t.Errorf("after both went away: status %d: %s", got.status, got.body)
	}
}

// TestTooSlow holds that a request that comes in too slowly is told so, and gives its turn back.
func TestTooSlow(t *testing.T) {
	s, h := served(t, func(c *Config) { c.Limit = 100 * time.Millisecond })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(t.Context(), "POST", h.URL+"/api/v1/estimate?device=rpi-5", &slow{ctx})
	if err != nil {
		t.Fatal(err)
	}
	got := do(t, req)
	if got.status != http.StatusRequestTimeout && got.status != http.StatusServiceUnavailable {
		t.Errorf("status %d, expected 408 or 503: %s", got.status, got.body)
	}
	waitFor(t, func() bool { return len(s.turns) == 0 })
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited for 20 s")
		}
	}
}

// TestTogether asks many questions at once: all have the same answer.
func TestTogether(t *testing.T) {
	_, h := served(t, func(c *Config) { c.Wait = time.Minute })
	file := fileOf(t, small)
	var wg sync.WaitGroup
	answers := make([]string, 24)
	for i := range answers {
		wg.Go(func() {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", h.URL+"/api/v1/estimate?device=rpi-5", bytes.NewReader(file))
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				answers[i] = err.Error()
				return
			}
			defer res.Body.Close()
			b, _ := io.ReadAll(res.Body)
			answers[i] = string(b)
		})
	}
	wg.Wait()
	for i, a := range answers {
		if a != answers[0] || !strings.Contains(a, "latency_ms") {
			t.Errorf("answer %d differs or is none: %.200s", i, a)
		}
	}
}

// TestPanic holds that a panic is an answer, and gives its turn back.
func TestPanic(t *testing.T) {
	s, _ := served(t, nil)
	r := &route{path: "/boom", kind: jsonKind, takes: how, handle: (*Server).answer,
		work: func(*Server, context.Context, *question) ([]byte, error) { panic("boom") }}
	rec := httptest.NewRecorder()
	s.answer(r, rec, httptest.NewRequest("GET", "/boom?device=rpi-5&model="+small, nil))
	waitFor(t, func() bool { return len(s.turns) == 0 })
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "goroutine") {
		t.Errorf("status %d: %s", rec.Code, rec.Body)
	}
}

// TestMetrics holds that requests are counted and logged, without what they ask.
func TestMetrics(t *testing.T) {
	var logged bytes.Buffer
	_, h := served(t, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(&logged, nil)) })
	send(t, "GET", h.URL+"/api/v1/estimate?device=rpi-5&model="+small, nil)
	send(t, "GET", h.URL+"/api/v1/estimate?device=secret-board&model="+small, nil)
	waitFor(t, func() bool { // an answer is sent before its estimate has given up its turn
		return strings.Contains(send(t, "GET", h.URL+"/metrics", nil).body, "ridgepoint_estimates_under_way 0")
	})
	got := send(t, "GET", h.URL+"/metrics", nil)
	for _, want := range []string{
		`ridgepoint_requests_total{code="200",route="/api/v1/estimate"} 1`,
		`ridgepoint_requests_total{code="422",route="/api/v1/estimate"} 1`,
		`ridgepoint_request_seconds_count{route="/api/v1/estimate"} 2`,
		"ridgepoint_estimates_under_way 0", "process_resident_memory_bytes",
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("found no %s", want)
		}
	}
	lines := strings.Split(strings.TrimSpace(logged.String()), "\n")
	var line struct {
		Msg, Route string
		Status     int
		Ms         float64
	}
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil || line.Msg != "request" || line.Status != 200 || line.Ms <= 0 {
		t.Errorf("found the log %q", lines[0])
	}
	if strings.Contains(logged.String(), "secret-board") {
		t.Error("the log has what was asked")
	}
}

// TestServe holds that the server ends when its context does, and answers what is under way first.
func TestServe(t *testing.T) {
	c := Defaults()
	c.Estimator = estimator()
	s := New(&c)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	url := "http://" + l.Addr().String()
	if got := send(t, "GET", url+"/healthz", nil); got.body != "{\"status\":\"ok\"}\n" {
		t.Errorf("health: %q", got.body)
	}
	r, w := io.Pipe()
	answered := make(chan reply, 1)
	go func() {
		req, _ := http.NewRequestWithContext(t.Context(), "POST", url+"/api/v1/estimate?device=rpi-5", r)
		answered <- do(t, req)
	}()
	file := fileOf(t, small)
	w.Write(file[:10])
	waitFor(t, func() bool { return len(s.turns) == 1 })
	cancel()
	waitFor(t, s.draining.Load)
	w.Write(file[10:])
	w.Close()
	if got := <-answered; got.status != http.StatusOK {
		t.Errorf("what was under way: status %d: %.200s", got.status, got.body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(url + "/healthz"); err == nil {
		t.Error("found an answer after the end")
	}
}

// TestNothingIsStored holds that no request leaves a file.
func TestNothingIsStored(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Chdir(dir)
	_, h := served(t, nil)
	body, kind := formOf(t, fileOf(t, small), "net.onnx", "device", "rpi-5")
	if got := send(t, "POST", h.URL+"/report", body, "Content-Type", kind); got.status != 200 {
		t.Fatalf("status %d: %.200s", got.status, got.body)
	}
	left, err := os.ReadDir(dir)
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), "TestNothingIsStored") { // the test's own folders
			t.Errorf("found %s, expected no file", e.Name())
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// BenchmarkEstimate answers requests with a file of 300 nodes: the same one each time, and each time another question.
func BenchmarkEstimate(b *testing.B) {
	_, h := served(b, nil)
	file := fileOf(b, loadModel)
	ask := func(b *testing.B, query string) {
		got := send(b, "POST", h.URL+"/api/v1/estimate?device=rpi-5"+query, bytes.NewReader(file))
		if got.status != 200 {
			b.Fatal(got.body)
		}
	}
	ask(b, "")
	b.Run("same", func(b *testing.B) {
		for b.Loop() {
			ask(b, "")
		}
	})
	b.Run("other", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			ask(b, fmt.Sprintf("&name=model%d.onnx", i))
		}
	})
}

// TestRecall: the same question has the same answer at once, another one its own, and no more is held than there is room
// for.
func TestRecall(t *testing.T) {
	s, h := served(t, nil)
	file := fileOf(t, small)
	ask := func(query string, file []byte) reply {
		return send(t, "POST", h.URL+"/api/v1/estimate?device=rpi-5"+query, bytes.NewReader(file))
	}
	first := ask("", file)
	if got := ask("", file); got.body != first.body || len(s.recall.answers) != 1 {
		t.Errorf("the same question has another answer, or %d answers are held", len(s.recall.answers))
	}
	if got := ask("&batch=2", file); got.body == first.body {
		t.Error("another batch has the answer of the first")
	}
	if got := ask("", fileOf(t, "zoo:squeezenet1.1?size=96")); got.body == first.body {
		t.Error("another file has the answer of the first")
	}
	if got := ask("", file[:len(file)/2]); got.status == http.StatusOK {
		t.Error("half a file has an answer")
	}
	if n := len(s.recall.answers); n != 3 {
		t.Errorf("%d answers are held, expected those of 3 questions", n)
	}
	r := newRecall(80)
	for i := range 20 {
		r.keep(key{byte(i)}, make([]byte, 8))
	}
	r.keep(key{99}, make([]byte, 11))
	if r.taken != 80 || r.find(key{9}) != nil || r.find(key{10}) == nil || r.find(key{99}) != nil {
		t.Errorf("%d bytes are held in 80, expected the last ten answers of 8 bytes alone", r.taken)
	}
}

// loadModel has about 300 nodes.
const loadModel = "zoo:yolov8s"

// TestLoadModel holds that the model of the load has the size that is said.
func TestLoadModel(t *testing.T) {
	sampling.Alone(t)
	m, err := new(ridgepoint.Estimator).Load(loadModel)
	if err != nil {
		t.Fatal(err)
	}
	res, err := m.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(res.Steps); n < 250 || n > 350 {
		t.Errorf("%s has %d nodes, expected about 300", loadModel, n)
	}
}
