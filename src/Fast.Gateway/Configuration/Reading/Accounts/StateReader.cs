using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;
using Fast.Gateway.Storage;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>state</c>.</summary>
internal static class StateReader
{
    /// <summary>Reads where what was used up is written down.</summary>
    public static StateDocument Read(ReadingContext context, YamlNode node)
    {
        if (!context.TryText(node, "`state`", out TextValue text))
            return Usual(context);

        if (text.Value is "off")
            return new StateDocument(null, IsWritten: true);

        // Not shown: the address of a database holds its password.
        if (text.Value.Contains("://", StringComparison.Ordinal))
            context.Problem(text, "`state` is an address; this version of Fast keeps its state in a folder, and in no database elsewhere");
        else if (text.Value.StartsWith('~'))
            context.Problem(text, $"`state`: {text.Shown}: `~` means nothing here; write the path out");
        else if (text.Value.Contains('\0'))
            context.Problem(text, "`state` is not a path");
        else if (File.Exists(context.FullPath(text.Value)))
            context.Problem(text, $"`state`: {text.Shown} is a file; it takes a folder");
        else
            return new StateDocument(context.FullPath(text.Value), IsWritten: true);
        return Usual(context);
    }

    /// <summary>
    /// Where the state is kept when the file does not say it: <c>fast</c> in the user's folder for state (XDG Base Directory, version
    /// 0.8), and without a home <c>fast-state</c> beside the configuration.
    /// </summary>
    public static StateDocument Usual(ReadingContext context) =>
        new StateDocument(context.FullPath(StateFolder.Default(context.Environment)), IsWritten: false);

    /// <summary>Says what it means that nothing is written down, where it means something.</summary>
    public static void NoticeOff(ReadingContext context, FastDocument document)
    {
        IEnumerable<AccountDocument> accounts = document.Organisations.Select(one => one.Account)
            .Concat(document.Teams.Select(one => one.Account)).Concat(document.Keys.Select(one => one.Account));
        if (document.State.Folder is null && accounts.Any(account => account.Budgets.Count > 0))
            context.Notice("`state: off` writes nothing down, so every start of Fast forgets what was used up of the budgets");
    }
}
