#!/bin/bash
# Four shards of a sweep as a Slurm array, and the merge when all have succeeded:
#
#   job=$(sbatch --parsable slurm.sh)
#   sbatch --dependency=afterok:$job --wrap 'tessera merge out/shard-* -o out'
#
# A job that was killed goes on where it was when it is queued again.
#SBATCH --job-name=tessera
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --requeue
tessera sweep sweep.yaml -o out -j "${SLURM_CPUS_PER_TASK:-1}" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
