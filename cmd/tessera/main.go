// Command tessera simulates policies that run work on spot capacity.
package main

import "github.com/bobby-math/tessera/cli"

func main() { cli.Main() }
