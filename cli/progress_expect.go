package cli

// expect says that n runs are to be done beside those that are.
func (p *progress) expect(n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = p.done + n
}
