#!/bin/sh
#SBATCH --job-name=ridgepoint
#SBATCH --array=1-16
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
# sbatch slurm.sh manifest.csv out: each task writes the rows of its shard. A task that is requeued goes on where it
# was killed.
set -eu
manifest=$1 out=$2 shard=$SLURM_ARRAY_TASK_ID shards=$SLURM_ARRAY_TASK_COUNT format=${FORMAT:-parquet}
mkdir -p "$out"
exec ridgepoint batch "$manifest" -o "$out/rows-$shard-of-$shards.$format" --shard "$shard/$shards" --resume
