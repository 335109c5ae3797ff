package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/scheduler"
)

func newPoliciesCommand() *cobra.Command {
	format := choice("table", "table", "json")
	cmd := &cobra.Command{
		Use:   "policies",
		Short: "List the policies with their parameters, defaults and sources",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format.value == "json" {
				return listPoliciesJSON(cmd.OutOrStdout())
			}
			return listPolicies(cmd.OutOrStdout())
		},
	}
	cmd.Flags().Var(format, "format", "form of the list")
	return cmd
}

func listPolicies(w io.Writer) error {
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
	return nil
}

func listPoliciesJSON(w io.Writer) error {
	type param struct {
		Name    string   `json:"name"`
		Doc     string   `json:"doc"`
		Default int      `json:"default"`
		Min     int      `json:"min"`
		Max     int      `json:"max"`
		Choices []string `json:"choices,omitempty"`
	}
	type policy struct {
		Name        string  `json:"name"`
		Title       string  `json:"title"`
		Doc         string  `json:"doc"`
		Source      string  `json:"source"`
		Clairvoyant bool    `json:"clairvoyant"`
		Params      []param `json:"params"`
	}
	list := []policy{}
	for _, e := range scheduler.All() {
		p := policy{e.Name, e.Title, e.Doc, e.Source, e.Clairvoyant, []param{}}
		for _, q := range e.Params {
			p.Params = append(p.Params, param(q))
		}
		list = append(list, p)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(list)
}
