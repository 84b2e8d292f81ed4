package web

import (
	"bytes"
	_ "embed" // the form
	"html/template"
	"net/http"

	"github.com/ridgepoint/ridgepoint"
)

var (
	//go:embed assets/home.html.tmpl
	homeText string
	//go:embed assets/home.css
	homeStyle []byte
	//go:embed assets/home.js
	homeScript []byte
	//go:embed assets/strip.js
	stripScript []byte
)

var homePage = template.Must(template.New("home").Parse(homeText))

// assets lists the files that the form loads, by name. There is no folder behind them.
var assets = map[string]struct {
	kind string
	body []byte
}{
	"home.css": {"text/css; charset=utf-8", homeStyle},
	"home.js":  {"text/javascript; charset=utf-8", homeScript},
	"strip.js": {"text/javascript; charset=utf-8", stripScript},
}

// asset answers with a file that the form loads.
func (s *Server) asset(r *route, w http.ResponseWriter, req *http.Request) {
	a, ok := assets[req.PathValue("name")]
	if !ok {
		s.fail(r, w, req, errNowhere)
		return
	}
	s.send(w, a.kind, http.StatusOK, a.body)
}

// A form is what the page to ask on shows.
type form struct {
	Devices    []ridgepoint.DeviceLabel
	Runtimes   []*ridgepoint.Runtime
	Precisions []string
	Upload     int64 // MiB
}

// home answers with the form.
func (s *Server) home(r *route, w http.ResponseWriter, req *http.Request) {
	var err error
	f := form{Precisions: ridgepoint.Precisions(), Upload: s.Upload >> 20}
	if f.Devices, err = s.Estimator.DeviceLabels(); err == nil {
		f.Runtimes, err = s.Estimator.Runtimes()
	}
	var b bytes.Buffer
	if err == nil {
		err = homePage.Execute(&b, f)
	}
	if err != nil {
		s.fail(r, w, req, err)
		return
	}
	s.send(w, r.kind, http.StatusOK, b.Bytes())
}
