// Package ridgepoint predicts how long a neural network takes on hardware that is not at hand, by the roofline model:
// what one inference costs in a named runtime, with an interval, and what bounds it.
//
// Predict answers one question:
//
//	e, err := ridgepoint.Predict("model.onnx", "rpi-5", nil)
//	if err != nil {
//		return err
//	}
//	fmt.Println(e.Milliseconds(), "ms")
//
// An Estimator answers many; New makes one. Its method Load reads a model, Estimate, Ways, Sweep, Pick, Advise and Diff
// answer about it, and Plot draws the answers. Options say how a model is run; nil runs it as it was exported.
//
// Types such as Estimate, Figure and Device are those of the packages below, which list their fields and methods:
// go doc roofline.Estimate, go doc plots.Figure.
//
// The packages form a ladder; each imports only those before it:
//
//	graph       the model: nodes, shapes, operator rows, costs
//	hwprofiles  devices and runtimes: figures with units and sources
//	roofline    kernels, timing, estimates, sweeps and picks
//	plots       charts and reports
//	cmd         the command line
package ridgepoint
