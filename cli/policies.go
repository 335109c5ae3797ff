package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/scheduler"
)

func newPoliciesCommand() *cobra.Command {
	format := newFormat("table", "json")
	cmd := &cobra.Command{
		Use:   "policies",
		Short: "List the policies with their parameters, defaults and sources",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format.value == "json" {
				return listPoliciesJSON(cmd.OutOrStdout())
			}
			_, err := io.WriteString(cmd.OutOrStdout(), listPolicies())
			return err
		},
	}
	format.add(cmd.Flags())
	return cmd
}

func listPolicies() string {
	var text strings.Builder
	w := &text
	for i, e := range scheduler.All() {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s (%s)\n  %s\n  source: %s\n", e.Name, e.Title, e.Doc, e.Source)
		for _, p := range e.Params {
			fmt.Fprintf(w, "  %s=%s  %s; %s\n", p.Name, p.Text(p.Default), p.Doc, p.Range())
		}
		if e.Clairvoyant {
			fmt.Fprintln(w, "  clairvoyant: knows the future, for comparison only")
		}
	}
	return text.String()
}

// purposes are what a policy can be for: a batch of tasks, a service, a job with a deadline
// in one region or in several.
func purposes(e scheduler.Entry) (all []string) {
	for _, p := range []struct {
		name string
		has  bool
	}{{"batch", e.For(scheduler.KindTasks)}, {"service", e.For(scheduler.KindService)}, {"job", e.For(scheduler.KindJob)}, {"multi-region job", e.Regions}} {
		if p.has {
			all = append(all, p.name)
		}
	}
	return all
}

func listPoliciesJSON(w io.Writer) error {
	// A parameter is a number with bounds or one of choices, or says its type.
	type param struct {
		Name    string   `json:"name"`
		Doc     string   `json:"doc"`
		Type    string   `json:"type,omitempty"`
		Default any      `json:"default"`
		Min     any      `json:"min,omitempty"`
		Max     any      `json:"max,omitempty"`
		Choices []string `json:"choices,omitempty"`
	}
	type policy struct {
		Name        string   `json:"name"`
		Title       string   `json:"title"`
		Doc         string   `json:"doc"`
		Source      string   `json:"source"`
		Clairvoyant bool     `json:"clairvoyant"`
		For         []string `json:"for"`
		Params      []param  `json:"params"`
	}
	list := []policy{}
	for _, e := range scheduler.All() {
		p := policy{e.Name, e.Title, e.Doc, e.Source, e.Clairvoyant, purposes(e), []param{}}
		for _, q := range e.Params {
			one := param{Name: q.Name, Doc: q.Doc, Default: q.Default, Min: q.Min, Max: q.Max, Choices: q.Choices}
			if q.Type != scheduler.Number && q.Type != scheduler.Choice {
				one.Type = q.Type.String()
			}
			if q.Type == scheduler.Duration {
				one.Default, one.Min, one.Max = q.Text(q.Default), q.Text(q.Min), q.Text(q.Max)
			}
			p.Params = append(p.Params, one)
		}
		list = append(list, p)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(list)
}
