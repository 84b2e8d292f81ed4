package zoo

import "slices"

// detectors lists the detectors behind the first ones.
func detectors() []Entry {
	return slices.Concat(yolov5s(), yolo12s(), yoloxs(), nanoDets(), lightYOLOs(), yoloV4s(), cameras(), caffeDetectors(), blazeFaces(), yolov6s(), yolov7s(), yolov9s(), yolov10s(), yolo26s())
}
