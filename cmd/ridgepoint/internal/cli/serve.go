package cli

import (
	"log/slog"
	"net"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/cmd/ridgepoint/internal/web"
)

// serveCommand returns the command that serves pages and the JSON API until it is interrupted.
func serveCommand(a *app) *cobra.Command {
	var addr, logs string
	c := web.Defaults()
	upload := int(c.Upload >> 20)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve reports and a JSON API to browsers and programs",
		Long: `Serve a page to drop a model on, its report, and a JSON API with the schemas of the other commands;
/openapi.json describes it. Weights are passed over while a file comes in, and no file is written.
Paths of files of this machine are not taken. /healthz says whether requests are taken, /metrics
counts them for Prometheus; the log goes to standard error. It has no accounts and no encryption:
on another address than the default, put a proxy that has both in front of it. A signal ends it
once the requests under way are answered.`,
		Example: `  ridgepoint serve
  curl --data-binary @model.onnx 'http://127.0.0.1:8080/api/v1/estimate?device=rpi-5'
  ridgepoint serve --addr 0.0.0.0:8080 --host models.example.org --at-once 2`,
		Args: positional(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case upload < 1 || upload > 2048:
				return usagef("--max-upload %d: expected 1 to 2048 MiB", upload)
			case c.AtOnce < 1:
				return usagef("--at-once %d: expected 1 or more", c.AtOnce)
			case c.Limit <= 0:
				return usagef("--max-time %s: expected a positive time", c.Limit)
			}
			handler, err := logHandler(a, logs)
			if err != nil {
				return err
			}
			c.Upload, c.Estimator, c.Log = int64(upload)<<20, a.open(ridgepoint.Config{}), slog.New(handler)
			s := web.New(&c)
			l, err := net.Listen("tcp", addr)
			if err != nil {
				return usagef("--addr %s: %w", addr, err)
			}
			a.stay(s.Grace())
			defer boundServer()()
			a.say("ridgepoint: listening on http://%s", l.Addr())
			return s.Serve(cmd.Context(), l)
		},
	}
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8080", "listen on `ADDRESS`:PORT; port 0 takes a free one")
	f.StringArrayVar(&c.Hosts, "host", nil, "answer requests that name this `HOST` too (repeatable; default: localhost and numeric addresses)")
	f.IntVar(&upload, "max-upload", upload, "bytes that a request may send, in `MIB`")
	f.DurationVar(&c.Limit, "max-time", c.Limit, "`TIME` that reading a request and answering it may take")
	f.IntVar(&c.AtOnce, "at-once", c.AtOnce, "estimates under way at once; what is beyond is refused with status 429")
	f.DurationVar(&c.Wait, "wait", c.Wait, "`TIME` that a request waits for its turn before it is refused")
	f.StringVar(&logs, "log", "text", "form of the log, `FORM`: text|json|none")
	return cmd
}

// serverMemory says where the collector begins to work hard in a server, in bytes: what comes at once on top of it, and
// the program itself, stay below 300 MiB of resident memory.
const serverMemory = 192 << 20

// boundServer sets what the collector aims at while a server runs, and returns what sets it back.
func boundServer() (restore func()) {
	before := debug.SetMemoryLimit(-1)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(min(before, serverMemory))
	}
	return func() { debug.SetMemoryLimit(before) }
}

// logHandler returns what writes the log.
func logHandler(a *app, form string) (slog.Handler, error) {
	switch form {
	case "text":
		return slog.NewTextHandler(a.Err, nil), nil
	case "json":
		return slog.NewJSONHandler(a.Err, nil), nil
	case "none":
		return slog.DiscardHandler, nil
	}
	return nil, usagef("--log %s: expected text, json or none", form)
}
