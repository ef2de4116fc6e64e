# The same names as ./do, for hands that type make.
.PHONY: setup build run test bench torture fuzz fmt clean
setup build run test bench torture fuzz fmt clean:
	@./do $@ $(ARGS)
