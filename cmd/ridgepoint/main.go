// Command ridgepoint predicts how long an ONNX model takes on a device, by the roofline model.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/ridgepoint/ridgepoint/cmd/ridgepoint/internal/cli"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // most runs end with a few MiB: collecting them in between took a fifth of their time
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := cli.Run(ctx, os.Args[1:], cli.OS())
	stop()
	os.Exit(code)
}
