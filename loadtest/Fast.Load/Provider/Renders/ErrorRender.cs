using System.Text;
using Fast.Load.Provider.Requests;

namespace Fast.Load.Provider.Renders;

/// <summary>Errors in OpenAI's words.</summary>
internal static class ErrorRender
{
    public static Answer Fault(int status, ProviderRequest request)
    {
        (string type, string code, string message) = status switch
        {
            400 => ("invalid_request_error", "unsupported_parameter", "Unsupported parameter: 'tok0'."),
            // OpenAI quotes what it was given; a gateway must not hand that on.
            401 => ("invalid_request_error", "invalid_api_key", $"Incorrect API key provided: {Credential(request)}."),
            403 => ("invalid_request_error", "unsupported_country_region_territory", "Country, region, or territory not supported."),
            404 => ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
            408 => ("server_error", "request_timeout", "The request timed out."),
            429 => ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
            503 => ("server_error", "overloaded", "The engine is currently overloaded, please try again later."),
            _ => ("server_error", "internal_error", "The server had an error while processing your request."),
        };
        return Of(status, type, code, message, status == 429 ? "retry-after: 7\r\nretry-after-ms: 7000\r\n" : "");
    }

    public static Answer UnknownPath(ProviderRequest request)
    {
        string target = Encoding.UTF8.GetString(request.Target.Span);
        string method = Encoding.UTF8.GetString(request.Method.Span);
        return Of(404, "invalid_request_error", "unknown_url", $"Unknown request URL: {method} {target}");
    }

    public static Answer Of(int status, string type, string code, string message, string headers = "")
    {
        return new Answer(status, "application/json", RenderText.Bytes(Json(type, code, message)), headers);
    }

    public static string Json(string type, string code, string message)
    {
        return $$$"""{"error":{"message":{{{RenderText.Quote(message)}}},"type":"{{{type}}}","param":null,"code":"{{{code}}}"}}""";
    }

    private static string Credential(ProviderRequest request)
    {
        string bearer = Encoding.UTF8.GetString(request.Header("authorization"u8));
        return bearer.Length > 0 ? bearer.Replace("Bearer ", "") : Encoding.UTF8.GetString(request.Header("x-api-key"u8));
    }
}
