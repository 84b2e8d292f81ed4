package web

import (
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// lists are answers that do not change while the server runs. Each is made when it is first asked for.
type lists struct {
	devices, runtimes, models, description once
}

// A once is a text that is made once.
type once struct {
	once sync.Once
	body []byte
	err  error
}

// get returns the body, made at the first call.
func (o *once) get(make func() ([]byte, error)) ([]byte, error) {
	o.once.Do(func() { o.body, o.err = make() })
	return o.body, o.err
}

// list answers with a text that is made once.
func (s *Server) list(o *once, r *route, w http.ResponseWriter, req *http.Request, make func() ([]byte, error)) {
	body, err := o.get(make)
	if err != nil {
		s.fail(r, w, req, err)
		return
	}
	s.send(w, r.kind, http.StatusOK, body)
}

// devices answers with the devices and what was measured on them.
func (s *Server) devices(r *route, w http.ResponseWriter, req *http.Request) {
	s.list(&s.lists.devices, r, w, req, func() ([]byte, error) {
		all, err := s.Estimator.Devices(nil)
		if all == nil {
			return nil, err
		}
		measured, err := s.Estimator.Slices()
		if err != nil {
			return nil, err
		}
		return jsonOf(report.Devices(all, measured))
	})
}

// runtimes answers with the runtimes.
func (s *Server) runtimes(r *route, w http.ResponseWriter, req *http.Request) {
	s.list(&s.lists.runtimes, r, w, req, func() ([]byte, error) {
		all, err := s.Estimator.Runtimes()
		if err != nil {
			return nil, err
		}
		measured, err := s.Estimator.Slices()
		if err != nil {
			return nil, err
		}
		return jsonOf(report.Runtimes(all, measured))
	})
}

// models answers with the built-in networks.
func (s *Server) models(r *route, w http.ResponseWriter, req *http.Request) {
	s.list(&s.lists.models, r, w, req, func() ([]byte, error) {
		all, err := ridgepoint.BuiltIns("", "")
		if err != nil {
			return nil, err
		}
		return jsonOf(report.Models(all))
	})
}

// description answers with the description of the API.
func (s *Server) description(r *route, w http.ResponseWriter, req *http.Request) {
	s.list(&s.lists.description, r, w, req, describe)
}

// schemaFile answers with the schema of an answer.
func (s *Server) schemaFile(r *route, w http.ResponseWriter, req *http.Request) {
	body, err := ridgepoint.Schema(strings.TrimSuffix(req.PathValue("name"), ".json"))
	if err != nil {
		s.fail(r, w, req, errNowhere)
		return
	}
	s.send(w, r.kind, http.StatusOK, body)
}

// health answers whether the server takes requests.
func (s *Server) health(r *route, w http.ResponseWriter, _ *http.Request) {
	if s.draining.Load() {
		s.send(w, r.kind, http.StatusServiceUnavailable, []byte("{\"status\":\"stopping\"}\n"))
		return
	}
	s.send(w, r.kind, http.StatusOK, []byte("{\"status\":\"ok\"}\n"))
}

var errNowhere = &problem{http.StatusNotFound, errors.New("there is nothing at this address; /openapi.json lists what" +
	" there is")}

// notFound answers requests for what is not there.
func (s *Server) notFound(w http.ResponseWriter, req *http.Request) {
	s.fail(&nowhere, w, req, errNowhere)
}
