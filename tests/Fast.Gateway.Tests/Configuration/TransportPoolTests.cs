using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Upstream;
using Xunit;

namespace Fast.Gateway.Tests.Configuration;

public sealed class TransportPoolTests
{
    private const string Here = "http://127.0.0.1:9/v1";
    private const string There = "http://127.0.0.1:10/v1";

    [Fact]
    public void What_the_next_snapshot_uses_too_is_kept_and_the_rest_let_go()
    {
        foreach (PartChoice choice in (PartChoice[])[PartChoice.Own, PartChoice.Framework])
        {
            TransportPool pool = new(choice);
            pool.BeginSnapshot();
            UpstreamTransport kept = pool.Get("a", Here, 1000);
            UpstreamTransport dropped = pool.Get("b", There, 1000);
            UpstreamTransport patient = pool.Get("a", Here, 2000);
            pool.BeginSnapshot();
            Assert.Same(kept, pool.Get("a", Here, 1000));
            pool.RetireUnused();
            Assert.Same(kept, pool.Get("a", Here, 1000));
            Assert.NotSame(dropped, pool.Get("b", There, 1000));
            Assert.NotSame(patient, pool.Get("a", Here, 2000));
        }
    }

    [Fact]
    public void A_snapshot_that_was_never_put_in_force_costs_the_one_that_is_nothing()
    {
        TransportPool pool = new(PartChoice.Own);
        pool.BeginSnapshot();
        UpstreamTransport kept = pool.Get("a", Here, 1000);
        pool.BeginSnapshot();
        pool.Get("b", There, 1000);
        pool.BeginSnapshot();
        Assert.Same(kept, pool.Get("a", Here, 1000));
        pool.RetireUnused();
        Assert.Same(kept, pool.Get("a", Here, 1000));
    }
}
