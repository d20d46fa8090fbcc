using BenchmarkDotNet.Running;
using Fast.Bench;

BenchmarkSwitcher.FromAssembly(typeof(IntentBench).Assembly).Run(args);
