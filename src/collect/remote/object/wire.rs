//! Between the client and a store: answers of bounded size, keys that the client does not take under other names, no redirections, and no
//! waiting for ever.

use super::keys;
use futures_util::StreamExt;
use object_store::aws::{AwsAuthorizer, AwsCredentialProvider};
use object_store::azure::{AzureAuthorizer, AzureCredential, AzureCredentialProvider};
use object_store::client::{
    ClientConfigKey, ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Bytes of a page of a listing: a thousand keys of a thousand characters, each written as six.
const MOST_PAGE: usize = 16 << 20;
/// Bytes of an answer that says no.
const MOST_REFUSAL: usize = 64 << 10;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long nothing may come.
const SILENCE: Duration = Duration::from_secs(30);

/// Who signs requests.
pub(super) enum Signer {
    /// With the region.
    Aws(AwsCredentialProvider, String),
    /// With the account.
    Azure(AzureCredentialProvider, String),
}

/// What all connections to a store have in common.
pub(super) struct Wire {
    azure: bool,
    signer: OnceLock<Signer>,
}

impl Wire {
    pub(super) fn new(azure: bool) -> Self {
        Self { azure, signer: OnceLock::new() }
    }

    /// Once it is known.
    pub(super) fn signed_by(&self, signer: Signer) {
        let _ = self.signer.set(signer);
    }

    /// Signs a request again whose address was changed. One that was not signed stays so.
    async fn sign(&self, request: &mut HttpRequest) -> object_store::Result<()> {
        match self.signer.get() {
            Some(Signer::Aws(credentials, region)) if request.headers_mut().remove("authorization").is_some() => {
                let credential = credentials.get_credential().await?;
                AwsAuthorizer::new(&credential, "s3", region).try_authorize(request, None)
            }
            Some(Signer::Azure(credentials, account)) => {
                let credential = credentials.get_credential().await?;
                // other kinds do not sign the address
                if matches!(&*credential, AzureCredential::AccessKey(_))
                    && request.headers_mut().remove("authorization").is_some()
                {
                    return AzureAuthorizer::new(&credential, account).try_authorize(request);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Makes connections.
pub(super) struct Connector(pub(super) Arc<Wire>);

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let unusable = |source: reqwest::Error| object_store::Error::Generic { store: "HTTP client", source: Box::new(source) };
        let plain = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|value| value == "true");
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("provost/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .https_only(!plain)
            .http1_only();
        if let Some(proxy) = options.get_config_value(&ClientConfigKey::ProxyUrl) {
            builder = builder.proxy(reqwest::Proxy::all(proxy).map_err(unusable)?);
        }
        let client = builder.build().map_err(unusable)?;
        Ok(HttpClient::new(Service { client, wire: Arc::clone(&self.0) }))
    }
}

struct Service {
    client: reqwest::Client,
    wire: Arc<Wire>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    async fn answer(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let query = request.uri().query().unwrap_or("").to_owned();
        let listing = query.split('&').any(|pair| pair == "list-type=2" || pair == "comp=list");
        if let Some(path) = keys::unnamed(request.uri().path()) {
            let uri = request.uri();
            let place = uri.authority().map(|authority| format!("{}://{authority}", uri.scheme_str().unwrap_or("https")));
            let query = if query.is_empty() { query } else { format!("?{query}") };
            let address = format!("{}{path}{query}", place.unwrap_or_default());
            *request.uri_mut() =
                address.parse().map_err(|error| HttpError::new_boxed(HttpErrorKind::Unknown, Box::new(error) as _))?;
            self.wire.sign(&mut request).await.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        }
        let (mut parts, body) = HttpService::call(&self.client, request).await?.into_parts();
        if !parts.status.is_success() {
            let body = begun(body, MOST_REFUSAL).await?.0;
            return Ok(HttpResponse::from_parts(parts, HttpResponseBody::from(body)));
        }
        if !listing {
            return Ok(HttpResponse::from_parts(parts, body));
        }
        let (page, whole) = begun(body, MOST_PAGE).await?;
        // what reads listings takes anything else for an empty one
        if !whole || !keys::is_page(&page, self.wire.azure) {
            return Err(HttpError::new(HttpErrorKind::Decode, std::io::Error::other("no page of a listing")));
        }
        parts.headers.remove("content-length");
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::from(keys::tolerable(&page, self.wire.azure))))
    }
}

impl HttpService for Service {
    fn call<'s, 'f>(&'s self, request: HttpRequest) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(self.answer(request))
    }
}

/// The first bytes of an answer, and whether these are all.
async fn begun(body: HttpResponseBody, most: usize) -> Result<(Vec<u8>, bool), HttpError> {
    let mut stream = body.bytes_stream();
    let mut out = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        if out.len() + piece.len() > most {
            return Ok((out, false));
        }
        out.extend_from_slice(&piece);
    }
    Ok((out, true))
}
