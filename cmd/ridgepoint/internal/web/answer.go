package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint"
)

// A problem is an error with the status of its answer.
type problem struct {
	status int
	err    error
}

// Error returns the reason that the client is told.
func (p *problem) Error() string { return p.err.Error() }

// Unwrap returns the error inside.
func (p *problem) Unwrap() error { return p.err }

// badf returns an error in what was asked.
func badf(format string, args ...any) error {
	return &problem{http.StatusBadRequest, fmt.Errorf(format, args...)}
}

// Errors of the server itself.
var (
	errBusy = &problem{http.StatusTooManyRequests,
		errors.New("as many estimates are under way as the server makes at once; ask again in a second")}
	errMethod = &problem{http.StatusMethodNotAllowed, errors.New("expected GET for a built-in model, or POST with a file")}
	errPanic  = &problem{http.StatusInternalServerError,
		errors.New("the estimate failed by an error of the program; its log has more")}
)

// statusOf returns the status of an error that says it; ok is false for errors in a model.
func statusOf(err error) (status int, ok bool) {
	p, size, net := new(problem), new(http.MaxBytesError), net.Error(nil)
	switch {
	case errors.As(err, &p):
		return p.status, true
	case errors.As(err, &size):
		return http.StatusRequestEntityTooLarge, true
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, true
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &net) && net.Timeout():
		return http.StatusRequestTimeout, true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return http.StatusBadRequest, true
	}
	return http.StatusUnprocessableEntity, false
}

// textOf returns an error for people.
func (s *Server) textOf(status int, err error) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("found more than %d bytes, which is what a request may send; remove the weights first: ridgepoint"+
			" strip model.onnx -o small.onnx", s.Upload)
	case http.StatusServiceUnavailable:
		return fmt.Sprintf("the answer took longer than %s, which is what a request may take", s.Limit)
	case http.StatusRequestTimeout:
		return fmt.Sprintf("the request took longer than %s to come in", s.Limit)
	}
	text := ridgepoint.ErrorText(err)
	if unbound := new(ridgepoint.UnboundError); errors.As(err, &unbound) {
		text += wayOut(unbound)
	}
	return text
}

// wayOut returns how to set the sizes that a model leaves open.
func wayOut(e *ridgepoint.UnboundError) string {
	var out []string
	if len(e.Symbols) > 0 {
		const size = "=128"
		out = append(out, "dim="+ridgepoint.VisibleText(strings.Join(e.Symbols, size+",")+size))
	}
	for i, in := range e.Inputs {
		shape := "1x3x224x224"
		if i < len(e.Examples) {
			shape = cmp.Or(e.Examples[i], shape)
		}
		out = append(out, "shape="+ridgepoint.VisibleText(in+"="+shape))
	}
	return "; for example " + strings.Join(out, " and ") + ", which the form has as free dimensions and shape of an input"
}

// A result is what work came to.
type result struct {
	body []byte
	err  error
}

// answer answers a request by work in its turn, in the time that it may take.
func (s *Server) answer(r *route, w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead && req.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, HEAD, POST")
		s.fail(r, w, req, errMethod)
		return
	}
	if !s.turn(req.Context()) {
		s.fail(r, w, req, errBusy)
		return
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(req.Context(), s.Limit)
	defer cancel()
	// The work outlives a request that took too long, and keeps its turn until then. The deadline ends its reading.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(s.Limit))
	req.Body = http.MaxBytesReader(w, req.Body, s.Upload)
	done := make(chan result, 1)
	go func() {
		defer func() { <-s.turns }()
		done <- s.try(ctx, r, req)
	}()
	var out result
	select {
	case out = <-done:
	case <-ctx.Done():
		out.err = ctx.Err()
	}
	if out.err != nil && time.Since(start) >= s.Limit {
		out.err = context.DeadlineExceeded // the end of reading ends the request's context, as an end by the client does
	}
	if out.err != nil {
		s.fail(r, w, req, out.err)
		return
	}
	if r.kind == htmlKind {
		w.Header().Set(policyHeader, ridgepoint.PagePolicy()+"; frame-ancestors 'none'")
	}
	s.send(w, r.kind, http.StatusOK, out.body)
}

// turn takes a place among the estimates under way. It reports false where none becomes free in time.
func (s *Server) turn(ctx context.Context) bool {
	select {
	case s.turns <- struct{}{}:
		return true
	default:
	}
	wait := time.NewTimer(s.Wait)
	defer wait.Stop()
	select {
	case s.turns <- struct{}{}:
		return true
	case <-wait.C:
	case <-ctx.Done():
	}
	return false
}

// try reads a request and does its work. A panic becomes an error.
func (s *Server) try(ctx context.Context, r *route, req *http.Request) (out result) {
	defer func() {
		if v := recover(); v != nil {
			s.Log.Error("panic", "route", r.path, "value", fmt.Sprint(v), "stack", string(debug.Stack()))
			out = result{err: errPanic}
		}
	}()
	k, known, err := keyOf(r, req)
	if err != nil {
		return result{err: err}
	}
	if body := s.recall.find(k); known && body != nil {
		return result{body: body}
	}
	p := &place{server: s, ctx: ctx}
	defer p.free()
	q, err := s.ask(r, req, p)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return result{err: err}
	}
	body, err := r.work(s, ctx, q)
	if err == nil && known {
		s.recall.keep(k, body)
	}
	return result{body, err}
}

// send writes an answer.
func (s *Server) send(w http.ResponseWriter, kind string, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away hears nothing
}

// A Problem is an error as programs read it (RFC 9457).
type Problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

var errorPage = template.Must(template.New("error").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – Ridgepoint</title><link rel="stylesheet" href="/assets/home.css"></head>
<body><main><h1>{{.Title}}</h1><p role="alert">{{.Detail}}</p><p>Go back to change what you asked, or <a href="/">ask anew</a>.</p></main></body></html>
`))

// fail answers with an error: a page for those who asked for one, else a Problem.
func (s *Server) fail(r *route, w http.ResponseWriter, req *http.Request, err error) {
	status, _ := statusOf(err)
	p := Problem{http.StatusText(status), status, s.textOf(status, err)}
	s.Log.Debug("refused", "route", r.path, "status", status, "error", p.Detail)
	h := w.Header()
	if status == http.StatusTooManyRequests {
		h.Set("Retry-After", "1")
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		h.Set("Connection", "close") // a client that asked whether to send may yet do so
	}
	if r.kind == htmlKind {
		h.Set("Content-Type", htmlKind)
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = errorPage.Execute(w, p)
		return
	}
	body, _ := json.Marshal(p) // of texts and a number
	s.send(w, "application/problem+json", status, append(body, '\n'))
}
