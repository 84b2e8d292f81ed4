// Command ridgepoint predicts how long an ONNX model takes on a device, by the roofline model.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/ridgepoint/ridgepoint/cmd/ridgepoint/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := cli.Run(ctx, os.Args[1:], cli.OS())
	stop()
	os.Exit(code)
}
