package zoo

// detectorTwins are public exports of detectors and their kin.
var detectorTwins = []twin{
	{file: "yolov8m-seg", spec: "zoo:yolov8m-seg", work: true},
	{file: "yolov8n-pose", spec: "zoo:yolov8n-pose", work: true},
	{file: "yolov8s-pose", spec: "zoo:yolov8s-pose", work: true},
	{file: "yolov8n-obb", spec: "zoo:yolov8n-obb?classes=80", work: true},
	{file: "yolov8s-cls", spec: "zoo:yolov8s-cls", work: true},
	{file: "yolo11s-seg", spec: "zoo:yolo11s-seg", work: true},
}
