// Command ownpolicy is Tessera with a policy of your own: copy this folder, write your policy
// as in price_cap.go, and every command has it:
//
//	go run . policies
//	go run . run ../scenario.yaml --policies price-cap,price-cap:share=0.3,ondemand
package main

import "github.com/bobby-math/tessera/cli"

func main() { cli.Main() }
