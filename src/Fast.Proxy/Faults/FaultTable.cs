using System;

namespace Fast.Proxy.Faults;

/// <summary>The closed table of bad endings: status, blame, whether another target may be tried, and the stable code.</summary>
public static class FaultTable
{
    private const string Invalid = "invalid_request_error";
    private const string Server = "server_error";
    private const string Policy = "policy_error";

    private static readonly FaultRow[] s_rows =
    [
        Row(Fault.None, 0, FaultBlame.Nobody, "", "", ""),

        Row(Fault.MalformedHead, 400, FaultBlame.Caller, Invalid, "malformed_request", "The request's head is not valid HTTP/1.1: {0}."),
        Row(Fault.TargetTooLong, 414, FaultBlame.Caller, Invalid, "uri_too_long", "The request's URL is too long."),
        Row(Fault.HeadTooLarge, 431, FaultBlame.Caller, Invalid, "headers_too_large", "The request's headers are too many or too large."),
        Row(Fault.VersionNotSpoken, 505, FaultBlame.Caller, Invalid, "http_version_not_supported", "Fast speaks HTTP/1.1 and HTTP/1.0 here."),
        Row(Fault.TransferCodingNotSpoken, 501, FaultBlame.Caller, Invalid, "transfer_coding_not_supported", "The only transfer coding Fast takes is chunked."),
        Row(Fault.HeadTimeout, 408, FaultBlame.Caller, Invalid, "request_timeout", "The request's head took too long to arrive."),
        Row(Fault.ConnectionsFull, 503, FaultBlame.Operator, Server, "too_many_connections", "Fast holds as many connections as it is configured for. Try again."),

        Row(Fault.ExpectationFailed, 417, FaultBlame.Caller, Invalid, "expectation_failed", "The only expectation Fast meets is 100-continue."),
        Row(Fault.MalformedFraming, 400, FaultBlame.Caller, Invalid, "malformed_body_framing", "The request's body is not valid chunked coding."),
        Row(Fault.BodyTooLarge, 413, FaultBlame.Caller, Invalid, "body_too_large", "The request's body is larger than this gateway takes."),
        Row(Fault.BodyTimeout, 408, FaultBlame.Caller, Invalid, "request_timeout", "The request's body took too long to arrive."),
        Row(Fault.BodiesFull, 503, FaultBlame.Operator, Server, "overloaded", "Fast holds as many bytes of request bodies as it is configured for. Try again."),

        Row(Fault.UnknownPath, 404, FaultBlame.Caller, Invalid, "unknown_url", "Unknown request URL: {0}."),
        Row(Fault.WrongMethod, 405, FaultBlame.Caller, Invalid, "method_not_allowed", "This URL takes {0}."),
        Row(Fault.KeyMissing, 401, FaultBlame.Caller, Invalid, "missing_api_key", "No key was sent. Send yours as 'Authorization: Bearer <key>', x-api-key, x-goog-api-key or api-key."),
        Row(Fault.KeyUnknown, 401, FaultBlame.Caller, Invalid, "invalid_api_key", "The key that was sent is not known to this gateway."),
        Row(Fault.KeyIsAdmin, 401, FaultBlame.Caller, Invalid, "invalid_api_key", "The admin key opens GET /v1/runs/{id}?key=NAME and nothing else. Send one of the keys under keys: here."),
        Row(Fault.LoopbackOnly, 403, FaultBlame.Operator, Invalid, "loopback_only", "No keys are configured, so this gateway answers callers on its own machine only."),
        Row(Fault.CrossOrigin, 403, FaultBlame.Caller, Invalid, "cross_origin", "No keys are configured, so this gateway does not answer requests that a web page, another host name or a proxy sent here."),
        Row(Fault.MetricsRefused, 403, FaultBlame.Operator, Invalid, "metrics_local_only", "The metrics are for callers on the gateway's own machine, and not for requests that a web page, another host name or a proxy sent here."),

        Row(Fault.BodyEncoded, 415, FaultBlame.Caller, Invalid, "content_encoding_not_supported", "Send the request's body without Content-Encoding."),
        Row(Fault.BodyNotForm, 415, FaultBlame.Caller, Invalid, "form_required", "This URL takes multipart/form-data."),
        Row(Fault.BodyIsForm, 415, FaultBlame.Caller, Invalid, "json_required", "This URL takes JSON, not multipart/form-data."),
        Row(Fault.MalformedJson, 400, FaultBlame.Caller, Invalid, "invalid_json", "The request's body is not one valid JSON object."),
        Row(Fault.MalformedForm, 400, FaultBlame.Caller, Invalid, "invalid_form", "The request's body is not a valid multipart/form-data form, or names a field twice."),
        Row(Fault.MemberRepeated, 400, FaultBlame.Caller, Invalid, "repeated_member", "The member '{0}' stands in the request's body twice, so nobody can say which is meant."),
        Row(Fault.MemberAmbiguous, 400, FaultBlame.Caller, Invalid, "ambiguous_member", "The request's body has a member that some parsers take for '{0}' and others do not: spell it exactly."),
        Row(Fault.ModelMissing, 400, FaultBlame.Caller, Invalid, "model_required", "You must provide a model.", "model"),
        Row(Fault.ModelNotText, 400, FaultBlame.Caller, Invalid, "invalid_type", "The member 'model' has to be a string of at most 256 bytes.", "model"),
        Row(Fault.StreamNotBoolean, 400, FaultBlame.Caller, Invalid, "invalid_type", "The member 'stream' has to be true, false or null.", "stream"),
        Row(Fault.ModelUnknown, 404, FaultBlame.Caller, Invalid, "model_not_found", "The model '{0}' does not exist here. GET /v1/models lists the names; provider/model reaches a configured provider.", "model"),
        Row(Fault.ModelUnknownWithoutProvider, 404, FaultBlame.Caller, Invalid, "model_not_found", "The model does not exist here by this name, which lacks its provider. Ask for '{0}', or for a name that GET /v1/models lists.", "model"),
        Row(Fault.ModelNotAllowed, 403, FaultBlame.Caller, Invalid, "model_not_allowed", "The model '{0}' is not on the list of models of this key, its team or its organisation.", "model"),
        Row(Fault.ModelNotAllowedWithoutProvider, 403, FaultBlame.Caller, Invalid, "model_not_allowed", "The model's name, which lacks its provider, is not on the list of models of this key, its team or its organisation. Ask for '{0}'.", "model"),
        Row(Fault.ProviderMissing, 400, FaultBlame.Caller, Invalid, "provider_required", "This request names no model and several providers could take it: name one in the header x-fast-provider."),
        Row(Fault.ProviderUnknown, 404, FaultBlame.Caller, Invalid, "provider_not_found", "The provider '{0}' is not configured here."),

        Row(Fault.KeyDisabled, 401, FaultBlame.Operator, Invalid, "key_disabled", "This key, its team or its organisation is switched off."),
        Row(Fault.KeyExpired, 401, FaultBlame.Operator, Invalid, "key_expired", "This key, its team or its organisation has expired."),
        Row(Fault.RunRequired, 403, FaultBlame.Caller, Policy, "run_required", "This key takes only requests that name their run, in the header x-fast-run or another one that is configured."),
        Row(Fault.RunNameInvalid, 400, FaultBlame.Caller, Invalid, "invalid_run", "The name of a run is 1 to 200 bytes of visible ASCII."),
        Row(Fault.RunParentInvalid, 400, FaultBlame.Caller, Invalid, "invalid_parent_run", "The run is named by its parent only, is already another one's child, or would be its own parent."),
        Row(Fault.RunsFull, 429, FaultBlame.Caller, Policy, "too_many_runs", "This key has as many runs under way as this gateway keeps."),
        Row(Fault.RunUnknown, 404, FaultBlame.Caller, Invalid, "run_not_found", "This key has no run '{0}'."),
        Row(Fault.KeyNameMissing, 400, FaultBlame.Caller, Invalid, "key_name_required", "Say whose run it is, by the name of the key: ?key=NAME."),
        Row(Fault.KeyNameUnknown, 404, FaultBlame.Caller, Invalid, "key_not_found", "No key here has the name that 'key' gives."),
        Row(Fault.RunLimitExceeded, 403, FaultBlame.Caller, Policy, "run_limit_exceeded", "The run has reached its limit: {0}."),
        Row(Fault.LimitNotNumber, 400, FaultBlame.Caller, Invalid, "invalid_type", "The member '{0}' has to be a whole number."),
        Row(Fault.BudgetsTooMany, 503, FaultBlame.Operator, Server, "too_many_budgets", "The request counts on more budgets than this gateway can hold at once."),
        Row(Fault.BudgetExceeded, 429, FaultBlame.Caller, Policy, "budget_exceeded", "The budget has no room for this request: {0}."),
        Row(Fault.RateLimitExceeded, 429, FaultBlame.Caller, Policy, "rate_limit_exceeded", "The limit is reached: {0}."),
        Row(Fault.ModelUnpriced, 403, FaultBlame.Operator, Policy, "model_unpriced", "The model '{0}' has no price here, and this key's spending is limited. Give it one under prices:, or let the key have 'unpriced: allow'.", "model"),
        Row(Fault.ToolNotAllowed, 403, FaultBlame.Caller, Policy, "tool_not_allowed", "The tool {0} is not allowed here.", "tools"),
        Row(Fault.ToolsUnreadable, 400, FaultBlame.Caller, Invalid, "invalid_tools", "The tools of the request cannot be read: {0}.", "tools"),
        Row(Fault.LedgerUnavailable, 503, FaultBlame.Operator, Server, "ledger_unavailable", "What is spent cannot be written down at the moment, so nothing is spent on a budget. Try again."),

        Row(Fault.UpstreamUnreachable, 502, FaultBlame.Upstream, Server, "upstream_unreachable", "The provider '{0}' could not be reached.", retryable: true),
        Row(Fault.UpstreamClosed, 502, FaultBlame.Upstream, Server, "upstream_closed", "The provider '{0}' closed the connection without an answer.", retryable: true),
        Row(Fault.UpstreamMalformed, 502, FaultBlame.Upstream, Server, "upstream_malformed", "The provider '{0}' sent an answer that is not valid HTTP.", retryable: true),
        Row(Fault.UpstreamTimeout, 504, FaultBlame.Upstream, Server, "upstream_timeout", "The provider '{0}' did not answer in time.", retryable: true),
        Row(Fault.UpstreamCredentialRefused, 502, FaultBlame.Operator, Server, "upstream_credential_refused", "The provider '{0}' refused this gateway's own credential.", retryable: true),
        Row(Fault.UpstreamRefused, 0, FaultBlame.Upstream, "", "", "", retryable: true),
        Row(Fault.UpstreamEncoded, 502, FaultBlame.Upstream, Server, "upstream_encoded", "The provider '{0}' compressed its answer although it was asked not to, so what it costs or calls could not be seen.", retryable: true),
        Row(Fault.UpstreamDisconnected, 502, FaultBlame.Upstream, Server, "upstream_disconnected", "The provider '{0}' broke off in the middle of its answer."),
        Row(Fault.TotalTimeout, 504, FaultBlame.Upstream, Server, "exchange_timeout", "The exchange took longer than this gateway allows."),
        Row(Fault.GatewayStopping, 503, FaultBlame.Operator, Server, "gateway_stopping", "The gateway is being stopped and could not wait for the end of this exchange any longer. Try again."),

        Row(Fault.CallerGone, 0, FaultBlame.Caller, "", "", ""),
        Row(Fault.CallerStalled, 0, FaultBlame.Caller, "", "", ""),
        Row(Fault.Internal, 500, FaultBlame.Fast, Server, "internal_error", "Something went wrong inside the gateway."),
    ];

    static FaultTable()
    {
        // A missing row stops the process at start, not an exchange in production.
        for (int i = 0; i < s_rows.Length; i++)
        {
            if ((int)s_rows[i].Fault != i)
                throw new InvalidOperationException($"Row {i} of the fault table is {s_rows[i].Fault}.");
        }

        if (s_rows.Length != (int)Fault.Internal + 1)
            throw new InvalidOperationException("The fault table has a row too few or too many.");
    }

    /// <summary>All rows, in the order of <see cref="Fault"/>.</summary>
    public static ReadOnlySpan<FaultRow> Rows => s_rows;

    /// <summary>The row of one fault.</summary>
    public static FaultRow Of(Fault fault) => s_rows[(int)fault];

    private static FaultRow Row(
        Fault fault, int status, FaultBlame blame, string type, string code, string message, string? param = null, bool retryable = false) =>
        new(fault, status, blame, retryable, type, code, message, param);
}
