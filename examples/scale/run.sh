# The shards of a batch, as tasks of a Slurm array would write them, are the batch.
set -eu
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
for task in 1 2 3; do
  FORMAT=jsonl SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=3 sh slurm.sh manifest.csv "$out/shards" 2>"$out/log"
done
ridgepoint batch manifest.csv -o "$out/whole.jsonl" 2>>"$out/log"
cat "$out"/shards/*.jsonl | sort >"$out/a"
sort "$out/whole.jsonl" >"$out/b"
cmp "$out/a" "$out/b"
echo "3 shards have the $(grep -c . "$out/a") rows of the whole, $(grep -c '"status":"error"' "$out/a") with an error"
ls "$out/shards"
