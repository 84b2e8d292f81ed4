// Package ridgepoint is the root of a hardware-aware latency estimator for ONNX
// models, built on the roofline model.
//
// The packages form a ladder; each imports only those before it:
//
//	graph       the model: nodes, shapes, operator rows, costs
//	hwprofiles  devices and runtimes: figures with units and sources
//	roofline    kernels, timing, estimates, sweeps and picks
//	plots       charts and reports
//	cmd         the command line
package ridgepoint
