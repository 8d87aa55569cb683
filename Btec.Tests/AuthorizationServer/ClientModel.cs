namespace Btec.Tests.AuthorizationServer;

/// <summary>A model of one user of clients, by docs/authorization-server.md and docs/contract.md, without HTTP, hashes, rows or races: which
/// browsers are signed in, which codes can be redeemed, and which sessions of clients live.</summary>
internal sealed class ClientModel
{
    private static readonly TimeSpan Idle = TimeSpan.FromDays(14);
    private static readonly TimeSpan Absolute = TimeSpan.FromDays(30);
    private static readonly TimeSpan Access = TimeSpan.FromHours(1);
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(60);

    public bool IsActive { get; set; } = true;

    public List<ModelBrowser> Browsers { get; } = [];

    public List<ModelCode> Codes { get; } = [];

    public List<ModelClientSession> Sessions { get; } = [];

    /// <summary>Signs in in a browser: a session that lives there is kept and used.</summary>
    public void SignIn(int browser, DateTimeOffset now)
    {
        if (Browsers[browser].Lives(now))
            Browsers[browser].Expires = Earlier(Browsers[browser].Created + Absolute, now + Idle);
        else
            Browsers[browser] = new ModelBrowser { Created = now, Expires = now + Idle };
    }

    /// <summary>Notes that a signed-in browser was used, which is written when it makes a minute's difference.</summary>
    public static void Use(ModelBrowser browser, DateTimeOffset now)
    {
        var end = Earlier(browser.Created + Absolute, now + Idle);
        if (end - browser.Expires >= TimeSpan.FromMinutes(1))
            browser.Expires = end;
    }

    public void Authorize(ModelBrowser browser, ModelClient client, bool isOffline, DateTimeOffset now)
    {
        client.HasConsent = true;
        Codes.Add(new ModelCode(browser, client, isOffline, now + CodeLifetime));
    }

    /// <summary>Redeems a code.</summary>
    /// <returns><see langword="true"/> if the client gets tokens.</returns>
    public bool Redeem(ModelCode code, DateTimeOffset now)
    {
        if (code.IsVoid || code.Session is not null || code.Expires <= now || !code.Browser.Lives(now))
            return false;

        code.Session = new ModelClientSession(code.Client, code.Browser, code.IsOffline)
        {
            Created = now,
            AccessExpires = now + Access,
            Expires = now + (code.IsOffline ? Idle : Access),
        };
        Sessions.Add(code.Session);
        return true;
    }

    /// <summary>Exchanges the newest refresh token.</summary>
    /// <returns><see langword="true"/> if the client gets tokens.</returns>
    public static bool Refresh(ModelClientSession session, DateTimeOffset now)
    {
        if (!session.Lives(now))
            return false;

        session.Expires = Earlier(session.Created + Absolute, now + Idle);
        session.AccessExpires = Earlier(session.Expires, now + Access);
        return true;
    }

    public void SignOut(ModelBrowser browser)
    {
        browser.HasEnded = true;
        End(session => session.Browser == browser && !session.IsOffline);
    }

    /// <summary>Withdraws the consent to a client, or deletes it.</summary>
    public void EndClient(ModelClient client)
    {
        client.HasConsent = false;
        Codes.Where(code => code.Client == client).ToList().ForEach(code => code.IsVoid = true);
        End(session => session.Client == client);
    }

    /// <summary>Changes the password, or deactivates the user.</summary>
    public void EndAll()
    {
        Browsers.ForEach(browser => browser.HasEnded = true);
        Codes.ForEach(code => code.IsVoid = true);
        End(_ => true);
    }

    private void End(Func<ModelClientSession, bool> which) => Sessions.Where(which).ToList().ForEach(session => session.HasEnded = true);

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}

/// <summary>The session of a browser.</summary>
internal sealed class ModelBrowser
{
    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Expires { get; set; }

    public bool HasEnded { get; set; }

    public bool Lives(DateTimeOffset now) => !HasEnded && Expires > now;
}

/// <summary>A client.</summary>
internal sealed class ModelClient(string id, bool isFirstParty)
{
    public string Id => id;

    public bool IsFirstParty => isFirstParty;

    public bool HasConsent { get; set; }
}

/// <summary>A code.</summary>
internal sealed class ModelCode(ModelBrowser browser, ModelClient client, bool isOffline, DateTimeOffset expires)
{
    public ModelBrowser Browser => browser;

    public ModelClient Client => client;

    public bool IsOffline => isOffline;

    public DateTimeOffset Expires => expires;

    public bool IsVoid { get; set; }

    /// <summary>The session that it started.</summary>
    public ModelClientSession? Session { get; set; }
}

/// <summary>The session of a client.</summary>
internal sealed class ModelClientSession(ModelClient client, ModelBrowser browser, bool isOffline)
{
    public ModelClient Client => client;

    public ModelBrowser Browser => browser;

    public bool IsOffline => isOffline;

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Expires { get; set; }

    /// <summary>The time at which the newest access token expires.</summary>
    public DateTimeOffset AccessExpires { get; set; }

    public bool HasEnded { get; set; }

    public bool Lives(DateTimeOffset now) => !HasEnded && Expires > now;
}
