package ridgepoint

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestKubernetesJob holds the job of examples/scale to what makes its shards the whole: pods are numbered from 0 to one
// below the number of shards, and go on where they were killed.
func TestKubernetesJob(t *testing.T) {
	var job struct {
		Kind string
		Spec struct {
			CompletionMode           string `yaml:"completionMode"`
			Completions, Parallelism int
			Template                 struct {
				Spec struct {
					RestartPolicy string `yaml:"restartPolicy"`
					Containers    []struct{ Command []string }
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(textOf(t, "examples/scale/kubernetes.yaml")), &job); err != nil {
		t.Fatal(err)
	}
	s := &job.Spec
	if job.Kind != "Job" || s.CompletionMode != "Indexed" || s.Completions != 16 || s.Parallelism != 16 ||
		s.Template.Spec.RestartPolicy != "OnFailure" || len(s.Template.Spec.Containers) != 1 {
		t.Fatalf("found %+v, expected an indexed job of 16 pods that are started again", job)
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a POSIX shell: ", err)
	}
	command := s.Template.Spec.Containers[0].Command
	script := "ridgepoint() { echo \"$@\"; }\n" + strings.Replace(command[2], "exec ", "", 1)
	for index, want := range map[string]string{"0": "--shard 1/16", "15": "--shard 16/16"} {
		cmd := exec.Command(command[0], "-c", script)
		cmd.Env = append(os.Environ(), "JOB_COMPLETION_INDEX="+index)
		out, err := cmd.CombinedOutput()
		if words := strings.Join(strings.Fields(string(out)), " "); err != nil || !strings.Contains(words, want) ||
			!slices.Contains(strings.Fields(words), "--resume") {
			t.Errorf("pod %s: found %q, %v, expected %q and --resume", index, words, err, want)
		}
	}
}

// TestSlurmArray holds the script of examples/scale to the options that sbatch reads; examples run its commands.
func TestSlurmArray(t *testing.T) {
	text := textOf(t, "examples/scale/slurm.sh")
	head, _, _ := strings.Cut(text, "\nset -eu")
	for _, want := range []string{"#!/bin/sh\n", "#SBATCH --array=1-16\n", "#SBATCH --requeue\n"} {
		if !strings.Contains(head, want) {
			t.Errorf("found no %q at the head of the script", want)
		}
	}
	for line := range strings.Lines(head) { // sbatch stops reading options at the first command
		if !strings.HasPrefix(line, "#") {
			t.Errorf("found %q among the options", line)
		}
	}
	if out, err := exec.Command("sh", "-n", "examples/scale/slurm.sh").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
