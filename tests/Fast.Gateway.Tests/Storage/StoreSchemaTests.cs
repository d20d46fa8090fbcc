using System;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Sqlite;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class StoreSchemaTests : IDisposable
{
    private readonly TestStore _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_store_without_tables_gets_them_and_keeps_what_else_is_there()
    {
        _test.Execute("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('mine')");
        await _test.Open().DisposeAsync();
        Assert.Equal(StoreSchema.Version, _test.Number("PRAGMA user_version"));
        Assert.Equal(1, _test.Number("SELECT COUNT(*) FROM note"));
        Assert.Equal(0, _test.Number("SELECT COUNT(*) FROM exchange"));
    }

    [Fact]
    public void Steps_are_taken_from_where_the_store_is()
    {
        _test.Execute("");
        using SqliteDatabase database = SqliteDatabase.Open(_test.Database);
        string[] steps = ["CREATE TABLE a (x); INSERT INTO a VALUES (1)", "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1", "INSERT INTO a VALUES (5, 6)"];
        StoreSchema.Migrate(database, "", steps.AsSpan(0, 1));
        StoreSchema.Migrate(database, "", steps.AsSpan(0, 1));
        Assert.Equal(1, database.Number("SELECT COUNT(*) FROM a"));
        StoreSchema.Migrate(database, "", steps);
        Assert.Equal(8, database.Number("SELECT SUM(y) FROM a"));
        Assert.Equal(3, database.Number("PRAGMA user_version"));
    }

    [Fact]
    public void A_step_that_fails_leaves_the_store_as_it_was()
    {
        _test.Execute("");
        using SqliteDatabase database = SqliteDatabase.Open(_test.Database);
        Assert.Throws<StoreException>(() => StoreSchema.Migrate(database, "", ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"]));
        Assert.Equal(1, database.Number("PRAGMA user_version"));
        Assert.Equal(0, database.Number("SELECT COUNT(*) FROM sqlite_master WHERE name = 'b'"));
        StoreSchema.Migrate(database, "", ["CREATE TABLE a (x)", "CREATE TABLE b (x)"]);
        Assert.Equal(2, database.Number("PRAGMA user_version"));
    }
}
