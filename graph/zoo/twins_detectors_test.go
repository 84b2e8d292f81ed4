package zoo

// detectorTwins are public exports of detectors and their kin.
var detectorTwins = []twin{
	{file: "yolov8m-seg", spec: "zoo:yolov8m-seg", work: true},
	{file: "yolov8n-pose", spec: "zoo:yolov8n-pose", work: true},
	{file: "yolov8s-pose", spec: "zoo:yolov8s-pose", work: true},
	{file: "yolov8n-obb", spec: "zoo:yolov8n-obb?classes=80", work: true},
	{file: "yolov8s-cls", spec: "zoo:yolov8s-cls", work: true},
	{file: "yolov5su", spec: "zoo:yolov5su", work: true},
	{file: "yolov5xu", spec: "zoo:yolov5xu", work: true},
	{file: "yolov5n_v5repo", spec: "zoo:yolov5n", work: true},
	{file: "yolov5m_v5repo", spec: "zoo:yolov5m", work: true},
	{file: "yolov5l_v5repo", spec: "zoo:yolov5l", work: true},
	{file: "yolov5x_v5repo", spec: "zoo:yolov5x", work: true},
	{file: "yolox_nano", spec: "zoo:yolox-nano", work: true},
	{file: "yolox_tiny", spec: "zoo:yolox-tiny", work: true},
	{file: "yolox_l", spec: "zoo:yolox-l", work: true},
	{file: "yolov12n", spec: "zoo:yolov12n", work: true},
	{file: "yolov12s", spec: "zoo:yolov12s", work: true},
	{file: "yolov7x", spec: "zoo:yolov7x", work: true},
	{file: "yolov9t", spec: "zoo:yolov9t", work: true},
	{file: "yolov9m", spec: "zoo:yolov9m", work: true},
	{file: "yolov10n", spec: "zoo:yolov10n", work: true},
	{file: "yolov10b", spec: "zoo:yolov10b", work: true},
	{file: "yolov10l", spec: "zoo:yolov10l", work: true},
	{file: "yolov10x", spec: "zoo:yolov10x", work: true},
	{file: "yolo11s-seg", spec: "zoo:yolo11s-seg", work: true},
}
