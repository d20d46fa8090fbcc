using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Hosting;
using Fast.Gateway.Tests.Configuration;
using Xunit;

namespace Fast.Gateway.Tests.Hosting;

public sealed class GatewayHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fast-host-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task A_place_that_cannot_be_bound_is_named()
    {
        // An address of the documentation's, which no machine has.
        Assert.Equal(1, await RunAsync("127.0.0.1:0", "192.0.2.1:4000"));
        Assert.StartsWith("fast: cannot listen at 192.0.2.1:4000: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_one_that_is_taken()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string place = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}");
        Assert.Equal(1, await RunAsync(place, "127.0.0.1:0"));
        Assert.StartsWith($"fast: cannot listen at {place}: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_a_socket_in_a_folder_that_is_not_there()
    {
        string place = $"unix:{_folder}/none/fast.sock";
        Assert.Equal(1, await RunAsync(place));
        Assert.StartsWith($"fast: cannot listen at {place}: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        string path = Path.Combine(_folder, "notes.txt");
        await File.WriteAllTextAsync(path, "not to be lost");
        Assert.Equal(1, await RunAsync($"unix:{path}"));
        Assert.StartsWith($"fast: cannot listen at unix:{path}: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("not to be lost", await File.ReadAllTextAsync(path));
    }

    private Task<int> RunAsync(params string[] places)
    {
        string path = Path.Combine(_folder, "fast.yaml");
        File.WriteAllText(path, $"{Yamls.Local}listen: ['{string.Join("', '", places)}']\nstate: off\n");
        return new GatewayHost(Yamls.Variables(), _output, _error).RunAsync(path, CancellationToken.None);
    }
}
