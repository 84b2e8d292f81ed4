#!/bin/sh
# Gate a pull request: budgets from present figures, then a change that makes a model slower.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
git init -q -b main
git config user.name reader
git config user.email reader@example.org

# On main: the model, and a budget file with what it takes now and a quarter more.
ridgepoint strip zoo:resnet18 -o model.onnx 2>/dev/null
ridgepoint check init model.onnx --device t4 --precision fp16 -o fresh.yaml 2>/dev/null
sed 's/# max_regression/max_regression/' fresh.yaml > budgets.yaml
rm fresh.yaml
git add .
git commit -q -m "A model and its budgets"

# On a branch: the model grows.
git checkout -q -b deeper
ridgepoint strip zoo:resnet34 -o model.onnx 2>/dev/null

# In the pipeline: each limit, against the model as it is on main.
code=0
ridgepoint check budgets.yaml --baseline git:main --markdown comment.md --format csv > check.csv 2>/dev/null || code=$?
cut -d, -f1,2,7,9 check.csv
echo "exit code $code"
grep '^###' comment.md
