// Written by `npm run openapi` from the routes of the control plane and the configuration. Not to be edited.
export interface components {
    schemas: {
        Options: {
            /** @description Address to listen on; `localhost` means loopback on IPv4 and IPv6; a host name or IP address. Default of the server: `localhost`. Variable: `CERTULATOR_HOST`. */
            host?: string;
            /** @description HTTP port; `0` picks a free one; a whole number from 0 to 65535. Default of the server: `4080`. Variable: `CERTULATOR_PORT`. */
            port?: string | number;
            /** @description HTTPS port; `0` picks a free one, `off` serves no HTTPS; a whole number from 0 to 65535, or "off". Default of the server: `4443`. Variable: `CERTULATOR_HTTPS_PORT`. */
            httpsPort?: string | number;
            /** @description Folder in which everything is kept; without it, everything is in memory; a folder. Variable: `CERTULATOR_DATA_DIR`. */
            dataDir?: string;
            /** @description Seed file to begin with, instead of `seed/default.yaml`; a YAML file. Variable: `CERTULATOR_SEED`. */
            seed?: string;
            /** @description Makes every id, key and signature of the sandbox `default` follow from this number, for reproducible tests; a whole number from 0 to 9007199254740991. Variable: `CERTULATOR_RANDOM_SEED`. */
            randomSeed?: string | number;
            /** @description Where clients reach the server, if not at its own address; it stands in CRL and OCSP URLs; an http or https URL. Variable: `CERTULATOR_PUBLIC_URL`. */
            publicUrl?: string;
            /** @description Proxies whose `X-Forwarded-For` tells the address of the client; `on` believes every one; "off", "on", or addresses and CIDR ranges with commas between them. Default of the server: `off`. Variable: `CERTULATOR_TRUST_PROXY`. */
            trustProxy?: string | boolean | string[];
            /** @description Bearer token of `/_emulator`; when listening beyond loopback without one, it is made up and printed; a text of at least 8 characters. Variable: `CERTULATOR_CONTROL_TOKEN`. */
            controlToken?: string;
            /** @description Key that encrypts secrets at rest; by default `master.key` in the data directory; 32 bytes in base64. Variable: `CERTULATOR_MASTER_KEY`. */
            masterKey?: string;
            /** @description RSA key pairs of each length that are kept ready; `0` makes each when it is needed; a whole number from 0 to 64. Default of the server: `2`. Variable: `CERTULATOR_RSA_KEY_POOL`. */
            rsaKeyPool?: string | number;
            /**
             * @description Webhooks to loopback and private addresses; `auto` allows them if the server itself listens on loopback; "auto", "on" or "off". Default of the server: `auto`. Variable: `CERTULATOR_ALLOW_PRIVATE_WEBHOOKS`.
             * @enum {string}
             */
            allowPrivateWebhooks?: "auto" | "on" | "off";
            /** @description Real time after which an unnamed sandbox that nobody uses is removed; an ISO 8601 duration such as "PT1H", or "off". Default of the server: `off`. Variable: `CERTULATOR_SANDBOX_IDLE_LIMIT`. */
            sandboxIdleLimit?: string;
            /** @description Snapshots that one sandbox can keep; a whole number from 1 to 100000. Default of the server: `100`. Variable: `CERTULATOR_SNAPSHOT_LIMIT`. */
            snapshotLimit?: string | number;
            /**
             * @description What is logged on stderr; `info` has one line per request; "silent", "error", "warn", "info", "debug", "trace". Default of the server: `warn`. Variable: `CERTULATOR_LOG_LEVEL`.
             * @enum {string}
             */
            logLevel?: "silent" | "error" | "warn" | "info" | "debug" | "trace";
            /**
             * @description `on` enforces the providers' documented rate limits; `off` only sends the headers; "off" or "on". Default of the server: `off`. Variable: `CERTULATOR_RATE_LIMITS`.
             * @enum {string}
             */
            rateLimits?: "off" | "on";
            /** @description How long an asynchronous issuance takes; `manual` waits for the console; an ISO 8601 duration such as "PT2S", or "manual". Default of the server: `PT2S`. Variable: `CERTULATOR_ISSUANCE_DELAY`. */
            issuanceDelay?: string;
            /** @description How many requests the journal keeps, the last ones; `0` keeps none; a whole number from 0 to 100000. Default of the server: `1000`. Variable: `CERTULATOR_JOURNAL`. */
            journal?: string | number;
            /**
             * @description Status for an account in the path that the token may not use; "401" or "404". Default of the server: `401`. Variable: `CERTULATOR_DNSIMPLE_ACCOUNT_MISMATCH`.
             * @enum {string}
             */
            "dnsimple.accountMismatch"?: "401" | "404";
            /**
             * @description `include` gives certificates the `contact_id` that was removed in 2026; "omit" or "include". Default of the server: `omit`. Variable: `CERTULATOR_DNSIMPLE_CONTACT_ID`.
             * @enum {string}
             */
            "dnsimple.contactId"?: "omit" | "include";
            /**
             * @description What Katapult answers look like: as its document says, or as its live service sends them; "documented" or "live". Default of the server: `documented`. Variable: `CERTULATOR_KATAPULT_PROFILE`.
             * @enum {string}
             */
            "katapult.profile"?: "documented" | "live";
            /**
             * @description How Katapult wraps a single certificate; `profile` goes by `katapult.profile`; "profile", "array" or "object". Default of the server: `profile`. Variable: `CERTULATOR_KATAPULT_CERTIFICATE_SHAPE`.
             * @enum {string}
             */
            "katapult.certificateShape"?: "profile" | "array" | "object";
            /**
             * @description Whether Katapult's errors are below an `error` key; `profile` goes by `katapult.profile`; "profile", "bare" or "wrapped". Default of the server: `profile`. Variable: `CERTULATOR_KATAPULT_ERROR_ENVELOPE`.
             * @enum {string}
             */
            "katapult.errorEnvelope"?: "profile" | "bare" | "wrapped";
            /**
             * @description What Certificate Manager answers for the file of an expired certificate; "file" or "52005". Default of the server: `file`. Variable: `CERTULATOR_NHN_DOWNLOAD_EXPIRED`.
             * @enum {string}
             */
            "nhn.downloadExpired"?: "52005" | "file";
            /**
             * @description Status of failed NHN Cloud calls: `nhn` is 200 with the failure in the header, `http` a 4xx; "nhn" or "http". Default of the server: `nhn`. Variable: `CERTULATOR_NHN_ERROR_STATUS`.
             * @enum {string}
             */
            "nhn.errorStatus"?: "nhn" | "http";
        };
        Settings: {
            /**
             * @description `on` enforces the providers' documented rate limits; `off` only sends the headers
             * @enum {string}
             */
            rateLimits?: "off" | "on";
            /** @description How long an asynchronous issuance takes; `manual` waits for the console */
            issuanceDelay?: string;
            /** @description How many requests the journal keeps, the last ones; `0` keeps none */
            journal?: string | number;
            /**
             * @description Status for an account in the path that the token may not use
             * @enum {string}
             */
            "dnsimple.accountMismatch"?: "401" | "404";
            /**
             * @description `include` gives certificates the `contact_id` that was removed in 2026
             * @enum {string}
             */
            "dnsimple.contactId"?: "omit" | "include";
            /**
             * @description What Katapult answers look like: as its document says, or as its live service sends them
             * @enum {string}
             */
            "katapult.profile"?: "documented" | "live";
            /**
             * @description How Katapult wraps a single certificate; `profile` goes by `katapult.profile`
             * @enum {string}
             */
            "katapult.certificateShape"?: "profile" | "array" | "object";
            /**
             * @description Whether Katapult's errors are below an `error` key; `profile` goes by `katapult.profile`
             * @enum {string}
             */
            "katapult.errorEnvelope"?: "profile" | "bare" | "wrapped";
            /**
             * @description What Certificate Manager answers for the file of an expired certificate
             * @enum {string}
             */
            "nhn.downloadExpired"?: "52005" | "file";
            /**
             * @description Status of failed NHN Cloud calls: `nhn` is 200 with the failure in the header, `http` a 4xx
             * @enum {string}
             */
            "nhn.errorStatus"?: "nhn" | "http";
        };
        Credentials: {
            certman: {
                baseUrl: string;
                apiKey: string;
                readOnlyApiKey?: string;
            };
            dnsimple: {
                baseUrl: string;
                accountId: string;
                userEmail?: string;
                userPassword?: string;
                otpUserEmail?: string;
                otpUserPassword?: string;
                otpUserOtpSecret?: string;
                accessToken: string;
                userAccessToken?: string;
                secondAccessToken?: string;
                soloAccessToken?: string;
                scopedAccessToken?: string;
                oauthClientId?: string;
                oauthClientSecret?: string;
            };
            katapult: {
                baseUrl: string;
                apiToken: string;
                organization: string;
                userApiToken?: string;
                readOnlyApiToken?: string;
                oauthApiToken?: string;
                noScopeApiToken?: string;
                expiredApiToken?: string;
                foreignNetworkApiToken?: string;
                limitedApiToken?: string;
                capabilitiesApiToken?: string;
                unavailableApiToken?: string;
            };
            "nhn-certificate-manager": {
                baseUrl: string;
                appKey: string;
                accessKeyId: string;
                secretAccessKey: string;
                viewerAccessKeyId?: string;
                viewerSecretAccessKey?: string;
            };
            "nhn-secure-key-manager": {
                baseUrl: string;
                appKey: string;
                accessKeyId: string;
                secretAccessKey: string;
                viewerAccessKeyId?: string;
                viewerSecretAccessKey?: string;
                keyStoreName: string;
            };
        };
        CertmanGetCertificateStateInput: {
            certificateId: string | number;
        };
        CertmanGetCertificateStateAnswer: {
            /** @enum {string} */
            state: "active" | "certificateHold" | "expired" | "revoked";
            allowed: ("active" | "certificateHold" | "expired" | "revoked")[];
        };
        CertmanSetCertificateStateInput: {
            certificateId: string | number;
            /** @enum {string} */
            state: "active" | "certificateHold" | "expired" | "revoked";
            /** @enum {string} */
            reason?: "unspecified" | "keyCompromise" | "caCompromise" | "affiliationChanged" | "superseded" | "cessationOfOperation" | "privilegeWithdrawn";
            caPassphrase?: string;
        };
        CertmanSetCertificateStateAnswer: {
            /** @enum {string} */
            state: "active" | "certificateHold" | "expired" | "revoked";
            allowed: ("active" | "certificateHold" | "expired" | "revoked")[];
            certificate: {
                id: string;
                ca_id: string;
                common_name: string;
                san_dns: string[];
                san_ip: string[];
                key_algorithm: string;
                /** Format: date-time */
                valid_from: string;
                /** Format: date-time */
                valid_to: string;
                serial_number: string;
                /** Format: date-time */
                revoked_at: string | null;
                revocation_reason: string | null;
                /** Format: date-time */
                created_at: string;
            };
        };
        CertmanGetCaStateInput: {
            caId: string | number;
        };
        CertmanGetCaStateAnswer: {
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            allowed: ("active" | "expired" | "revoked")[];
        };
        CertmanSetCaStateInput: {
            caId: string | number;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** @enum {string} */
            reason?: "unspecified" | "keyCompromise" | "caCompromise" | "affiliationChanged" | "superseded" | "cessationOfOperation" | "certificateHold" | "privilegeWithdrawn";
            /** @description Of a protected root, which signs itself */
            passphrase?: string;
            parentPassphrase?: string;
        };
        CertmanSetCaStateAnswer: {
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            allowed: ("active" | "expired" | "revoked")[];
            ca: {
                id: string;
                name: string;
                common_name: string;
                organization: string | null;
                country: string | null;
                state: string | null;
                locality: string | null;
                /** @enum {string} */
                key_algorithm: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
                certificate_pem: string;
                serial_number: string;
                /** Format: date-time */
                valid_from: string;
                /** Format: date-time */
                valid_to: string;
                /** Format: date-time */
                created_at: string;
                has_passphrase: boolean;
                parent_ca_id: string | null;
                depth: number;
                path_length: number | null;
                /** Format: date-time */
                revoked_at: string | null;
                revocation_reason: string | null;
            };
        };
        CertmanListCasInput: Record<string, never>;
        CertmanListCasAnswer: {
            items: {
                id: string;
                name: string;
                common_name: string;
                organization: string | null;
                country: string | null;
                state: string | null;
                locality: string | null;
                /** @enum {string} */
                key_algorithm: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
                certificate_pem: string;
                serial_number: string;
                /** Format: date-time */
                valid_from: string;
                /** Format: date-time */
                valid_to: string;
                /** Format: date-time */
                created_at: string;
                has_passphrase: boolean;
                parent_ca_id: string | null;
                depth: number;
                path_length: number | null;
                /** Format: date-time */
                revoked_at: string | null;
                revocation_reason: string | null;
            }[];
        };
        CertmanCreateCaInput: {
            name: string;
            commonName: string;
            organization?: string;
            country?: string;
            state?: string;
            locality?: string;
            /** @enum {string} */
            keyAlgorithm: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
            validityDays: number;
            pathLength?: number | null;
            /** Format: uuid */
            parentCaId?: string | null;
            passphrase?: string;
            parentPassphrase?: string;
        };
        CertmanCreateCaAnswer: {
            ca: {
                id: string;
                name: string;
                common_name: string;
                organization: string | null;
                country: string | null;
                state: string | null;
                locality: string | null;
                /** @enum {string} */
                key_algorithm: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
                certificate_pem: string;
                serial_number: string;
                /** Format: date-time */
                valid_from: string;
                /** Format: date-time */
                valid_to: string;
                /** Format: date-time */
                created_at: string;
                has_passphrase: boolean;
                parent_ca_id: string | null;
                depth: number;
                path_length: number | null;
                /** Format: date-time */
                revoked_at: string | null;
                revocation_reason: string | null;
            };
        };
        CertmanRevokeCaInput: {
            caId: string | number;
            /**
             * @default unspecified
             * @enum {string}
             */
            reason?: "unspecified" | "keyCompromise" | "caCompromise" | "affiliationChanged" | "superseded" | "cessationOfOperation" | "certificateHold" | "privilegeWithdrawn";
            parentPassphrase?: string;
        };
        CertmanRevokeCaAnswer: {
            ca: {
                id: string;
                name: string;
                common_name: string;
                organization: string | null;
                country: string | null;
                state: string | null;
                locality: string | null;
                /** @enum {string} */
                key_algorithm: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
                certificate_pem: string;
                serial_number: string;
                /** Format: date-time */
                valid_from: string;
                /** Format: date-time */
                valid_to: string;
                /** Format: date-time */
                created_at: string;
                has_passphrase: boolean;
                parent_ca_id: string | null;
                depth: number;
                path_length: number | null;
                /** Format: date-time */
                revoked_at: string | null;
                revocation_reason: string | null;
            };
        };
        CertmanListApiKeysInput: Record<string, never>;
        CertmanListApiKeysAnswer: {
            items: {
                id: string;
                name: string;
                prefix: string;
                permissions: "all" | {
                    [key: string]: {
                        canRead: boolean;
                        canIssue: boolean;
                        canRevoke: boolean;
                    };
                };
            }[];
        };
        CertmanCreateApiKeyInput: {
            name: string;
            /** @enum {string} */
            plan?: "free" | "pro";
            permissions: "all" | {
                [key: string]: {
                    canRead: boolean;
                    canIssue: boolean;
                    canRevoke: boolean;
                };
            };
        };
        CertmanCreateApiKeyAnswer: {
            apiKey: {
                id: string;
                name: string;
                prefix: string;
                permissions: "all" | {
                    [key: string]: {
                        canRead: boolean;
                        canIssue: boolean;
                        canRevoke: boolean;
                    };
                };
            };
            key: string;
        };
        CertmanDeleteApiKeyInput: {
            keyId: string | number;
        };
        CertmanReleaseCertificateInput: {
            certificateId: string | number;
            caPassphrase?: string;
        };
        CertmanReleaseCertificateAnswer: {
            certificate: {
                id: string;
                ca_id: string;
                common_name: string;
                san_dns: string[];
                san_ip: string[];
                key_algorithm: string;
                /** Format: date-time */
                valid_from: string;
                /** Format: date-time */
                valid_to: string;
                serial_number: string;
                /** Format: date-time */
                revoked_at: string | null;
                revocation_reason: string | null;
                /** Format: date-time */
                created_at: string;
            };
        };
        DnsimpleListAccountsInput: Record<string, never>;
        DnsimpleListAccountsAnswer: {
            items: {
                id: number;
                email: string;
                name: string | null;
                planIdentifier: string;
                features: {
                    letsencrypt: boolean;
                    customName: boolean;
                    san: boolean;
                    wildcard: boolean;
                };
                goodStanding: boolean;
                rateLimit: number;
            }[];
        };
        DnsimpleCreateAccountInput: {
            /** Format: email */
            email: string;
            name?: string | null;
            planIdentifier: string;
            features?: {
                letsencrypt?: boolean;
                customName?: boolean;
                san?: boolean;
                wildcard?: boolean;
            };
            goodStanding?: boolean;
            rateLimit?: number;
        };
        DnsimpleCreateAccountAnswer: {
            account: {
                id: number;
                email: string;
                name: string | null;
                planIdentifier: string;
                features: {
                    letsencrypt: boolean;
                    customName: boolean;
                    san: boolean;
                    wildcard: boolean;
                };
                goodStanding: boolean;
                rateLimit: number;
            };
        };
        DnsimpleChangeAccountInput: {
            account: string | number;
            /** Format: email */
            email?: string;
            name?: string | null;
            planIdentifier?: string;
            features?: {
                letsencrypt?: boolean;
                customName?: boolean;
                san?: boolean;
                wildcard?: boolean;
            };
            goodStanding?: boolean;
            rateLimit?: number;
        };
        DnsimpleChangeAccountAnswer: {
            account: {
                id: number;
                email: string;
                name: string | null;
                planIdentifier: string;
                features: {
                    letsencrypt: boolean;
                    customName: boolean;
                    san: boolean;
                    wildcard: boolean;
                };
                goodStanding: boolean;
                rateLimit: number;
            };
        };
        DnsimpleListUsersInput: Record<string, never>;
        DnsimpleListUsersAnswer: {
            items: {
                id: number;
                email: string;
                oneTimePassword: string | null;
            }[];
        };
        DnsimpleListTokensInput: Record<string, never>;
        DnsimpleListTokensAnswer: {
            items: {
                id: number;
                /** @enum {string} */
                kind: "account" | "user" | "oauth";
                accountId: number | null;
                email: string | null;
                scopes: string[] | null;
            }[];
        };
        DnsimpleCreateTokenInput: {
            /** @enum {string} */
            kind: "account" | "user";
            accountId?: number;
            /** Format: email */
            email?: string;
            scopes?: string[];
        };
        DnsimpleCreateTokenAnswer: {
            token: {
                id: number;
                /** @enum {string} */
                kind: "account" | "user" | "oauth";
                accountId: number | null;
                email: string | null;
                scopes: string[] | null;
            };
            accessToken: string;
        };
        DnsimpleDeleteTokenInput: {
            token: string | number;
        };
        DnsimpleListDomainsInput: Record<string, never>;
        DnsimpleListDomainsAnswer: {
            items: {
                id: number;
                accountId: number;
                name: string;
                delegated: boolean;
                secondaryDns: boolean;
                caa: string[];
                dnssecBroken: boolean;
                /** @enum {string} */
                state: "hosted" | "registered" | "expired";
                /** Format: date-time */
                expiresAt: string | null;
            }[];
        };
        DnsimpleChangeDomainInput: {
            domain: string | number;
            delegated?: boolean;
            secondaryDns?: boolean;
            /** @description The issuers that CAA records allow; empty: there are no records */
            caa?: string[];
            dnssecBroken?: boolean;
        };
        DnsimpleChangeDomainAnswer: {
            domain: {
                id: number;
                accountId: number;
                name: string;
                delegated: boolean;
                secondaryDns: boolean;
                caa: string[];
                dnssecBroken: boolean;
                /** @enum {string} */
                state: "hosted" | "registered" | "expired";
                /** Format: date-time */
                expiresAt: string | null;
            };
        };
        DnsimpleListCertificatesInput: Record<string, never>;
        DnsimpleListCertificatesAnswer: {
            items: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
                /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
                failureReason: string | null;
            }[];
        };
        DnsimpleChangeCertificateInput: {
            certificate: string | number;
            autoRenew?: boolean;
        };
        DnsimpleChangeCertificateAnswer: {
            certificate: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
            };
            /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
            failureReason: string | null;
        };
        DnsimpleApproveCertificateInput: {
            certificate: string | number;
        };
        DnsimpleApproveCertificateAnswer: {
            certificate: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
            };
            /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
            failureReason: string | null;
        };
        DnsimpleCancelCertificateInput: {
            certificate: string | number;
        };
        DnsimpleCancelCertificateAnswer: {
            certificate: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
            };
            /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
            failureReason: string | null;
        };
        DnsimpleExpireCertificateInput: {
            certificate: string | number;
        };
        DnsimpleExpireCertificateAnswer: {
            certificate: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
            };
            /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
            failureReason: string | null;
        };
        DnsimpleFailCertificateInput: {
            certificate: string | number;
            reason?: string;
        };
        DnsimpleFailCertificateAnswer: {
            certificate: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
            };
            /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
            failureReason: string | null;
        };
        DnsimpleRemovePrivateKeyInput: {
            certificate: string | number;
        };
        DnsimpleListOauthApplicationsInput: Record<string, never>;
        DnsimpleListOauthApplicationsAnswer: {
            items: {
                clientId: string;
                name: string;
                confidential: boolean;
                redirectUri: string | null;
            }[];
        };
        DnsimpleCreateOauthApplicationInput: {
            name: string;
            /** @default true */
            confidential?: boolean;
            /** Format: uri */
            redirectUri?: string;
        };
        DnsimpleCreateOauthApplicationAnswer: {
            application: {
                clientId: string;
                name: string;
                confidential: boolean;
                redirectUri: string | null;
            };
            clientSecret: string | null;
        };
        DnsimpleAuthorizeOauthApplicationInput: {
            application: string | number;
            accountId: number;
            redirectUri?: string;
            state?: string;
            codeChallenge?: string;
        };
        DnsimpleAuthorizeOauthApplicationAnswer: {
            code: string;
        };
        DnsimpleGetCertificateStateInput: {
            certificate: string | number;
        };
        DnsimpleGetCertificateStateAnswer: {
            /** @enum {string} */
            state: "new" | "requesting" | "issued" | "expired" | "failed" | "cancelled";
            allowed: ("new" | "requesting" | "issued" | "expired" | "failed" | "cancelled")[];
        };
        DnsimpleSetCertificateStateInput: {
            certificate: string | number;
            /** @enum {string} */
            state: "new" | "requesting" | "issued" | "expired" | "failed" | "cancelled";
            /** @description Why the CA refuses */
            reason?: string;
            autoRenew?: boolean;
        };
        DnsimpleSetCertificateStateAnswer: {
            /** @enum {string} */
            state: "new" | "requesting" | "issued" | "expired" | "failed" | "cancelled";
            allowed: ("new" | "requesting" | "issued" | "expired" | "failed" | "cancelled")[];
            certificate: {
                id: number;
                domain_id: number;
                /** @description Removed in 2026; only with `dnsimple.contactId` set to `include` */
                contact_id?: number;
                name: string;
                common_name: string;
                /** @enum {number} */
                years: 1;
                csr: string | null;
                /** @enum {string} */
                state: "new" | "purchased" | "configured" | "submitted" | "issued" | "rejected" | "refunded" | "cancelled" | "requesting" | "failed";
                auto_renew: boolean;
                alternate_names: string[];
                /** @enum {string} */
                authority_identifier: "comodo" | "rapidssl" | "letsencrypt";
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                expires_at: string | null;
                /** Format: date */
                expires_on: string | null;
            };
            /** @description Why the CA refused; null unless the certificate is failed. The API does not tell */
            failureReason: string | null;
        };
        DnsimpleGetDomainStateInput: {
            domain: string | number;
        };
        DnsimpleGetDomainStateAnswer: {
            /** @enum {string} */
            state: "hosted" | "registered" | "expired";
            allowed: ("hosted" | "registered" | "expired")[];
        };
        DnsimpleSetDomainStateInput: {
            domain: string | number;
            /** @enum {string} */
            state: "hosted" | "registered" | "expired";
            /**
             * Format: date-time
             * @description A year from now unless given; for expired, a second ago
             */
            expiresAt?: string;
        };
        DnsimpleSetDomainStateAnswer: {
            /** @enum {string} */
            state: "hosted" | "registered" | "expired";
            allowed: ("hosted" | "registered" | "expired")[];
            domain: {
                id: number;
                accountId: number;
                name: string;
                delegated: boolean;
                secondaryDns: boolean;
                caa: string[];
                dnssecBroken: boolean;
                /** @enum {string} */
                state: "hosted" | "registered" | "expired";
                /** Format: date-time */
                expiresAt: string | null;
            };
        };
        DnsimpleGetAccountStateInput: {
            account: string | number;
        };
        DnsimpleGetAccountStateAnswer: {
            /** @enum {string} */
            state: "goodStanding" | "unpaid";
            allowed: ("goodStanding" | "unpaid")[];
        };
        DnsimpleSetAccountStateInput: {
            account: string | number;
            /** @enum {string} */
            state: "goodStanding" | "unpaid";
        };
        DnsimpleSetAccountStateAnswer: {
            /** @enum {string} */
            state: "goodStanding" | "unpaid";
            allowed: ("goodStanding" | "unpaid")[];
            account: {
                id: number;
                email: string;
                name: string | null;
                planIdentifier: string;
                features: {
                    letsencrypt: boolean;
                    customName: boolean;
                    san: boolean;
                    wildcard: boolean;
                };
                goodStanding: boolean;
                rateLimit: number;
            };
        };
        DnsimpleGetWebhookStateInput: {
            webhook: string | number;
        };
        DnsimpleGetWebhookStateAnswer: {
            /** @enum {string} */
            state: "active" | "suppressed";
            allowed: ("active" | "suppressed")[];
        };
        DnsimpleSetWebhookStateInput: {
            webhook: string | number;
            /** @enum {string} */
            state: "active" | "suppressed";
        };
        DnsimpleSetWebhookStateAnswer: {
            /** @enum {string} */
            state: "active" | "suppressed";
            allowed: ("active" | "suppressed")[];
            webhook: {
                id: number;
                url: string;
                /** Format: date-time */
                suppressed_at: string | null;
            };
        };
        DnsimpleUnsuppressWebhookInput: {
            webhook: string | number;
        };
        DnsimpleUnsuppressWebhookAnswer: {
            webhook: {
                id: number;
                url: string;
                /** Format: date-time */
                suppressed_at: string | null;
            };
        };
        DnsimpleListRootsInput: Record<string, never>;
        DnsimpleListRootsAnswer: {
            items: {
                id: string;
                pem: string;
            }[];
        };
        DnsimpleGetCaLimitsInput: Record<string, never>;
        DnsimpleGetCaLimitsAnswer: {
            certificatesPerDomain: number | null;
            duplicateCertificates: number | null;
        };
        DnsimpleChangeCaLimitsInput: {
            certificatesPerDomain?: number | null;
            duplicateCertificates?: number | null;
        };
        DnsimpleChangeCaLimitsAnswer: {
            certificatesPerDomain: number | null;
            duplicateCertificates: number | null;
        };
        KatapultListCertificatesInput: Record<string, never>;
        KatapultListCertificatesAnswer: {
            items: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            }[];
        };
        KatapultCreateCertificateInput: {
            name: string;
            /** @default [] */
            additionalNames?: string[];
            /** @enum {string} */
            issuer: "lets_encrypt" | "custom" | "self_signed";
            /** @enum {string} */
            keyAlgorithm?: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
            organization?: string;
            issueError?: string;
            certificate?: string;
            chain?: string;
            privateKey?: string;
        };
        KatapultCreateCertificateAnswer: {
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
        };
        KatapultIssueInput: {
            certificate: string | number;
        };
        KatapultIssueAnswer: {
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
        };
        KatapultFailInput: {
            certificate: string | number;
            error?: string;
        };
        KatapultFailAnswer: {
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
        };
        KatapultRestoreInput: {
            certificate: string | number;
        };
        KatapultRestoreAnswer: {
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
        };
        KatapultResetApiUrlInput: {
            certificate: string | number;
        };
        KatapultResetApiUrlAnswer: {
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
        };
        KatapultForgetApiUrlInput: {
            certificate: string | number;
        };
        KatapultForgetApiUrlAnswer: {
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
        };
        KatapultTrashCertificateInput: {
            certificate: string | number;
        };
        KatapultTrashCertificateAnswer: {
            trashObject: {
                id: string;
                /** @description Unix time in seconds */
                keep_until: number;
                object_id: string;
                object_type: string;
            };
        };
        KatapultListTrashInput: Record<string, never>;
        KatapultListTrashAnswer: {
            items: {
                id: string;
                /** @description Unix time in seconds */
                keep_until: number;
                object_id: string;
                object_type: string;
            }[];
        };
        KatapultListOrganizationsInput: Record<string, never>;
        KatapultListOrganizationsAnswer: {
            items: {
                id: string;
                name: string;
                subDomain: string;
                suspended: boolean;
                activated: boolean;
            }[];
        };
        KatapultCreateOrganizationInput: {
            name: string;
            subDomain: string;
            /** @default false */
            suspended?: boolean;
            /** @default true */
            activated?: boolean;
        };
        KatapultCreateOrganizationAnswer: {
            organization: {
                id: string;
                name: string;
                subDomain: string;
                suspended: boolean;
                activated: boolean;
            };
        };
        KatapultChangeOrganizationInput: {
            organization: string | number;
            name?: string;
            subDomain?: string;
            suspended?: boolean;
            activated?: boolean;
        };
        KatapultChangeOrganizationAnswer: {
            organization: {
                id: string;
                name: string;
                subDomain: string;
                suspended: boolean;
                activated: boolean;
            };
        };
        KatapultListTokensInput: Record<string, never>;
        KatapultListTokensAnswer: {
            items: {
                id: string;
                name: string;
                organization: string | null;
                scopes: string[];
                authorizedIpAddresses: string[];
                expiresAt: number | null;
                rateLimit: number;
                /** @enum {string|null} */
                alwaysFails: "invalid_capabilities_token" | "service_unavailable" | null;
            }[];
        };
        KatapultCreateTokenInput: {
            /** @default API token */
            name?: string;
            scopes: string[];
            organization?: string | null;
            /** @default [] */
            authorizedIpAddresses?: string[];
            expiresAt?: number | null;
            /** @default 1000 */
            rateLimit?: number;
            /** @enum {string|null} */
            alwaysFails?: "invalid_capabilities_token" | "service_unavailable" | null;
        };
        KatapultCreateTokenAnswer: {
            token: {
                id: string;
                name: string;
                organization: string | null;
                scopes: string[];
                authorizedIpAddresses: string[];
                expiresAt: number | null;
                rateLimit: number;
                /** @enum {string|null} */
                alwaysFails: "invalid_capabilities_token" | "service_unavailable" | null;
            };
            secret: string;
        };
        KatapultDeleteTokenInput: {
            token: string | number;
        };
        KatapultGetCertificateStateInput: {
            certificate: string | number;
        };
        KatapultGetCertificateStateAnswer: {
            /** @enum {string} */
            state: "pending" | "issuing" | "issued" | "expired" | "issue_failed" | "trashed";
            allowed: ("pending" | "issuing" | "issued" | "expired" | "issue_failed" | "trashed")[];
        };
        KatapultSetCertificateStateInput: {
            certificate: string | number;
            /** @enum {string} */
            state: "pending" | "issuing" | "issued" | "expired" | "issue_failed" | "trashed";
            error?: string;
        };
        KatapultSetCertificateStateAnswer: {
            /** @enum {string} */
            state: "pending" | "issuing" | "issued" | "expired" | "issue_failed" | "trashed";
            allowed: ("pending" | "issuing" | "issued" | "expired" | "issue_failed" | "trashed")[];
            certificate: {
                id: string;
                name: string;
                additional_names: string[];
                /** @enum {string} */
                issuer: "lets_encrypt" | "custom" | "self_signed";
                /** @enum {string} */
                state: "pending" | "issue_failed" | "issued" | "issuing";
                /** @description Unix time in seconds */
                created_at: number;
                /** @description Unix time in seconds */
                expires_at: number | null;
                /** @description Unix time in seconds */
                last_issued_at: number | null;
                issue_error: string | null;
                authorization_method: string | null;
                /** @description Where the certificate API has this certificate; null when the URL is not known any more */
                certificate_api_url: string | null;
                certificate: string | null;
                chain: string | null;
                private_key: string | null;
            };
            trashObject: {
                id: string;
                /** @description Unix time in seconds */
                keep_until: number;
                object_id: string;
                object_type: string;
            } | null;
        };
        KatapultGetOrganizationStateInput: {
            organization: string | number;
        };
        KatapultGetOrganizationStateAnswer: {
            /** @enum {string} */
            state: "active" | "suspended" | "not_activated";
            allowed: ("active" | "suspended" | "not_activated")[];
        };
        KatapultSetOrganizationStateInput: {
            organization: string | number;
            /** @enum {string} */
            state: "active" | "suspended" | "not_activated";
        };
        KatapultSetOrganizationStateAnswer: {
            /** @enum {string} */
            state: "active" | "suspended" | "not_activated";
            allowed: ("active" | "suspended" | "not_activated")[];
            organization: {
                id: string;
                name: string;
                subDomain: string;
                suspended: boolean;
                activated: boolean;
            };
        };
        KatapultGetTokenStateInput: {
            token: string | number;
        };
        KatapultGetTokenStateAnswer: {
            /** @enum {string} */
            state: "active" | "expired";
            allowed: ("active" | "expired")[];
        };
        KatapultSetTokenStateInput: {
            token: string | number;
            /** @enum {string} */
            state: "active" | "expired";
            /** @description Unix seconds; never for an active token unless given, a second ago for an expired one */
            expiresAt?: number | null;
        };
        KatapultSetTokenStateAnswer: {
            /** @enum {string} */
            state: "active" | "expired";
            allowed: ("active" | "expired")[];
            token: {
                id: string;
                name: string;
                organization: string | null;
                scopes: string[];
                authorizedIpAddresses: string[];
                expiresAt: number | null;
                rateLimit: number;
                /** @enum {string|null} */
                alwaysFails: "invalid_capabilities_token" | "service_unavailable" | null;
            };
        };
        NhnCertificateManagerListAccessKeysInput: Record<string, never>;
        NhnCertificateManagerListAccessKeysAnswer: {
            items: {
                accessKeyId: string;
                secretAccessKey: string;
                role: string;
            }[];
        };
        NhnCertificateManagerCreateAccessKeyInput: {
            /** @enum {string} */
            role: "ADMIN" | "VIEWER" | "NONE";
        };
        NhnCertificateManagerCreateAccessKeyAnswer: {
            accessKeyId: string;
            secretAccessKey: string;
            role: string;
        };
        NhnCertificateManagerDeleteAccessKeyInput: {
            accessKeyId: string | number;
        };
        NhnCertificateManagerGetCertificateStateInput: {
            name: string | number;
        };
        NhnCertificateManagerGetCertificateStateAnswer: {
            /** @enum {string} */
            state: "registered" | "valid" | "expired" | "ambiguous";
            allowed: ("registered" | "valid" | "expired" | "ambiguous")[];
        };
        NhnCertificateManagerSetCertificateStateInput: {
            name: string | number;
            /** @enum {string} */
            state: "registered" | "valid" | "expired" | "ambiguous";
            commonName?: string;
            sanDns?: string[];
            /** @enum {string} */
            keyAlgorithm?: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
            validityDays?: number;
            keyPassphrase?: string;
        };
        NhnCertificateManagerSetCertificateStateAnswer: {
            /** @enum {string} */
            state: "registered" | "valid" | "expired" | "ambiguous";
            allowed: ("registered" | "valid" | "expired" | "ambiguous")[];
            certificate: {
                certificateName: string;
                authority: string | null;
                signatureAlgorithm: string | null;
                /** Format: date */
                fileCreationDate: string | null;
                /** Format: date */
                expirationDate: string | null;
                domains: string[];
                fileName: string | null;
                ambiguous: boolean;
            };
        };
        NhnCertificateManagerListCertificatesInput: Record<string, never>;
        NhnCertificateManagerListCertificatesAnswer: {
            items: {
                certificateName: string;
                authority: string | null;
                signatureAlgorithm: string | null;
                /** Format: date */
                fileCreationDate: string | null;
                /** Format: date */
                expirationDate: string | null;
                domains: string[];
                fileName: string | null;
                ambiguous: boolean;
            }[];
        };
        NhnCertificateManagerRegisterCertificateInput: {
            name: string | number;
            expirationDate?: string;
            ambiguous?: boolean;
        };
        NhnCertificateManagerRegisterCertificateAnswer: {
            certificate: {
                certificateName: string;
                authority: string | null;
                signatureAlgorithm: string | null;
                /** Format: date */
                fileCreationDate: string | null;
                /** Format: date */
                expirationDate: string | null;
                domains: string[];
                fileName: string | null;
                ambiguous: boolean;
            };
        };
        NhnCertificateManagerDeleteCertificateInput: {
            name: string | number;
        };
        NhnCertificateManagerGenerateCertificateInput: {
            name: string | number;
            commonName?: string;
            sanDns?: string[];
            /** @enum {string} */
            keyAlgorithm?: "RSA-2048" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";
            validityDays?: number;
            keyPassphrase?: string;
        };
        NhnCertificateManagerGenerateCertificateAnswer: {
            certificate: {
                certificateName: string;
                authority: string | null;
                signatureAlgorithm: string | null;
                /** Format: date */
                fileCreationDate: string | null;
                /** Format: date */
                expirationDate: string | null;
                domains: string[];
                fileName: string | null;
                ambiguous: boolean;
            };
        };
        NhnCertificateManagerUploadCertificateInput: {
            name: string | number;
            
            file: string | Uint8Array;
        };
        NhnCertificateManagerUploadCertificateAnswer: {
            certificate: {
                certificateName: string;
                authority: string | null;
                signatureAlgorithm: string | null;
                /** Format: date */
                fileCreationDate: string | null;
                /** Format: date */
                expirationDate: string | null;
                domains: string[];
                fileName: string | null;
                ambiguous: boolean;
            };
        };
        NhnSecureKeyManagerListKeyStoresInput: Record<string, never>;
        NhnSecureKeyManagerListKeyStoresAnswer: {
            items: {
                keyStoreId: number;
                name: string;
                description: string | null;
                /** @enum {string} */
                ip4AuthUse: "Y" | "N";
                /** @enum {string} */
                macAuthUse: "Y" | "N";
                /** @enum {string} */
                certificateAuthUse: "Y" | "N";
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                /** @enum {string} */
                authMode: "AND" | "OR";
            }[];
        };
        NhnSecureKeyManagerCreateKeyStoreInput: {
            name: string;
            description?: string | null;
            /** @enum {string} */
            ip4AuthUse?: "Y" | "N";
            /** @enum {string} */
            macAuthUse?: "Y" | "N";
            /** @enum {string} */
            certificateAuthUse?: "Y" | "N";
            /** @enum {string} */
            authMode?: "AND" | "OR";
        };
        NhnSecureKeyManagerCreateKeyStoreAnswer: {
            keyStore: {
                keyStoreId: number;
                name: string;
                description: string | null;
                /** @enum {string} */
                ip4AuthUse: "Y" | "N";
                /** @enum {string} */
                macAuthUse: "Y" | "N";
                /** @enum {string} */
                certificateAuthUse: "Y" | "N";
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                /** @enum {string} */
                authMode: "AND" | "OR";
            };
        };
        NhnSecureKeyManagerChangeKeyStoreInput: {
            keyStoreId: string | number;
            name?: string;
            description?: string | null;
            /** @enum {string} */
            ip4AuthUse?: "Y" | "N";
            /** @enum {string} */
            macAuthUse?: "Y" | "N";
            /** @enum {string} */
            certificateAuthUse?: "Y" | "N";
            /** @enum {string} */
            authMode?: "AND" | "OR";
        };
        NhnSecureKeyManagerChangeKeyStoreAnswer: {
            keyStore: {
                keyStoreId: number;
                name: string;
                description: string | null;
                /** @enum {string} */
                ip4AuthUse: "Y" | "N";
                /** @enum {string} */
                macAuthUse: "Y" | "N";
                /** @enum {string} */
                certificateAuthUse: "Y" | "N";
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                /** @enum {string} */
                authMode: "AND" | "OR";
            };
        };
        NhnSecureKeyManagerDeleteKeyStoreInput: {
            keyStoreId: string | number;
        };
        NhnSecureKeyManagerListKeysInput: Record<string, never>;
        NhnSecureKeyManagerListKeysAnswer: {
            items: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            }[];
        };
        NhnSecureKeyManagerImportSymmetricKeyInput: {
            keyStoreName: string;
            name: string;
            description?: string | null;
            key: string;
        };
        NhnSecureKeyManagerImportSymmetricKeyAnswer: {
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerRotateKeyInput: {
            keyId: string | number;
        };
        NhnSecureKeyManagerRotateKeyAnswer: {
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerRestoreKeyInput: {
            keyId: string | number;
        };
        NhnSecureKeyManagerRestoreKeyAnswer: {
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerScheduleVersionDeletionInput: {
            keyId: string | number;
            version: string | number;
        };
        NhnSecureKeyManagerScheduleVersionDeletionAnswer: {
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerRestoreVersionInput: {
            keyId: string | number;
            version: string | number;
        };
        NhnSecureKeyManagerRestoreVersionAnswer: {
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerDownloadCertificateInput: {
            keyStoreId: string | number;
            name: string | number;
        };
        NhnSecureKeyManagerRestoreCredentialInput: {
            /** @enum {string} */
            kind: "ipv4s" | "macs" | "certificates";
            keyStoreName: string;
            value?: string;
            name?: string;
        };
        NhnSecureKeyManagerRestoreCredentialAnswer: {
            credential: {
                value: string;
                description: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            } | {
                name: string;
                description: string | null;
                password: string;
                /** @example 2024-03-14T11:00:00 */
                expirationDate: string;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            };
        };
        NhnSecureKeyManagerGetKeyStateInput: {
            keyId: string | number;
        };
        NhnSecureKeyManagerGetKeyStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
        };
        NhnSecureKeyManagerSetKeyStateInput: {
            keyId: string | number;
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
        };
        NhnSecureKeyManagerSetKeyStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerGetKeyVersionStateInput: {
            keyId: string | number;
            version: string | number;
        };
        NhnSecureKeyManagerGetKeyVersionStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
        };
        NhnSecureKeyManagerSetKeyVersionStateInput: {
            keyId: string | number;
            version: string | number;
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
        };
        NhnSecureKeyManagerSetKeyVersionStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
            key: {
                keyId: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                keyType: "SECRET" | "SYMMETRIC_KEY" | "ASYMMETRIC_KEY";
                currentKeyValueVersion: number;
                autoRotationPeriod: number;
                nextAutoRotationDate: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
                keyStoreId: number;
                /** @enum {string} */
                keyStatus: "ACTIVE" | "INACTIVE";
                deletionDateTime: string | null;
                versions: {
                    version: number;
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    creationDateTime: string;
                    deletionDateTime: string | null;
                }[];
            };
        };
        NhnSecureKeyManagerGetIpv4StateInput: {
            keyStoreId: string | number;
            value: string | number;
        };
        NhnSecureKeyManagerGetIpv4StateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
        };
        NhnSecureKeyManagerSetIpv4StateInput: {
            keyStoreId: string | number;
            value: string | number;
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
        };
        NhnSecureKeyManagerSetIpv4StateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
            credential: {
                value: string;
                description: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            } | {
                name: string;
                description: string | null;
                password: string;
                /** @example 2024-03-14T11:00:00 */
                expirationDate: string;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            };
        };
        NhnSecureKeyManagerGetMacStateInput: {
            keyStoreId: string | number;
            value: string | number;
        };
        NhnSecureKeyManagerGetMacStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
        };
        NhnSecureKeyManagerSetMacStateInput: {
            keyStoreId: string | number;
            value: string | number;
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
        };
        NhnSecureKeyManagerSetMacStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "PENDING_DELETION" | "DELETED")[];
            credential: {
                value: string;
                description: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            } | {
                name: string;
                description: string | null;
                password: string;
                /** @example 2024-03-14T11:00:00 */
                expirationDate: string;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            };
        };
        NhnSecureKeyManagerGetCertificateStateInput: {
            keyStoreId: string | number;
            value: string | number;
        };
        NhnSecureKeyManagerGetCertificateStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "EXPIRED" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "EXPIRED" | "PENDING_DELETION" | "DELETED")[];
        };
        NhnSecureKeyManagerSetCertificateStateInput: {
            keyStoreId: string | number;
            value: string | number;
            /** @enum {string} */
            state: "ACTIVE" | "EXPIRED" | "PENDING_DELETION" | "DELETED";
        };
        NhnSecureKeyManagerSetCertificateStateAnswer: {
            /** @enum {string} */
            state: "ACTIVE" | "EXPIRED" | "PENDING_DELETION" | "DELETED";
            allowed: ("ACTIVE" | "EXPIRED" | "PENDING_DELETION" | "DELETED")[];
            credential: {
                value: string;
                description: string | null;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            } | {
                name: string;
                description: string | null;
                password: string;
                /** @example 2024-03-14T11:00:00 */
                expirationDate: string;
                /** @example 2024-03-14T11:00:00 */
                lastAccessDatetime: string | null;
                /** @example 2024-03-14T11:00:00 */
                deletionDatetime: string | null;
                creationUser: string;
                /** @example 2024-03-14T11:00:00 */
                creationDatetime: string;
                lastChangeUser: string;
                /** @example 2024-03-14T11:00:00 */
                lastChangeDatetime: string;
            };
        };
        GetHealthAnswer: {
            /** @enum {string} */
            status: "ok";
            version: string;
            uptimeSeconds: number;
            sandboxes: number;
        };
        ListSandboxesAnswer: {
            items: {
                id: string;
                name: string | null;
                clock: {
                    /** @enum {string} */
                    mode: "system" | "frozen";
                    /** Format: date-time */
                    now: string;
                };
                settings: {
                    [key: string]: string;
                };
                /** @description Every id, key and signature of the sandbox follows from it */
                randomSeed: number | null;
                credentials: {
                    [key: string]: {
                        [key: string]: string;
                    };
                };
            }[];
        };
        CreateSandboxAnswer: {
            id: string;
            name: string | null;
            clock: {
                /** @enum {string} */
                mode: "system" | "frozen";
                /** Format: date-time */
                now: string;
            };
            settings: {
                [key: string]: string;
            };
            /** @description Every id, key and signature of the sandbox follows from it */
            randomSeed: number | null;
            credentials: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        GetSandboxAnswer: {
            id: string;
            name: string | null;
            clock: {
                /** @enum {string} */
                mode: "system" | "frozen";
                /** Format: date-time */
                now: string;
            };
            settings: {
                [key: string]: string;
            };
            /** @description Every id, key and signature of the sandbox follows from it */
            randomSeed: number | null;
            credentials: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        ChangeSandboxAnswer: {
            id: string;
            name: string | null;
            clock: {
                /** @enum {string} */
                mode: "system" | "frozen";
                /** Format: date-time */
                now: string;
            };
            settings: {
                [key: string]: string;
            };
            /** @description Every id, key and signature of the sandbox follows from it */
            randomSeed: number | null;
            credentials: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        ResetSandboxAnswer: {
            id: string;
            name: string | null;
            clock: {
                /** @enum {string} */
                mode: "system" | "frozen";
                /** Format: date-time */
                now: string;
            };
            settings: {
                [key: string]: string;
            };
            /** @description Every id, key and signature of the sandbox follows from it */
            randomSeed: number | null;
            credentials: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        GetClockAnswer: {
            /** @enum {string} */
            mode: "system" | "frozen";
            /** Format: date-time */
            now: string;
        };
        SetClockAnswer: {
            /** @enum {string} */
            mode: "system" | "frozen";
            /** Format: date-time */
            now: string;
        };
        AdvanceClockAnswer: {
            /** @enum {string} */
            mode: "system" | "frozen";
            /** Format: date-time */
            now: string;
            ran: {
                /** Format: date-time */
                at: string;
                provider: string;
                what: string;
                error?: string;
            }[];
        };
        ListRequestsAnswer: {
            items: {
                id: string;
                /** Format: date-time */
                at: string;
                provider: string | null;
                operation: string | null;
                caller: string | null;
                method: string;
                path: string;
                /** @description Null: the answer was never finished */
                status: number | null;
                durationMilliseconds: number;
                request: {
                    query: {
                        [key: string]: string | string[];
                    };
                    headers: {
                        [key: string]: string | string[];
                    };
                    /** @description JSON as such, text as text, null for none; else in brackets what it was */
                    body: unknown;
                };
                answer: {
                    headers: {
                        [key: string]: string | string[];
                    };
                    /** @description JSON as such, text as text, null for none; else in brackets what it was */
                    body: unknown;
                };
                hints: string[];
                faults: {
                    fault: string;
                    effect: string;
                }[];
            }[];
        };
        CountRequestsAnswer: {
            count: number;
        };
        VerifyRequestsAnswer: {
            verified: boolean;
            explanation: string;
            /** @description The ids of the requests that are the calls */
            requests: string[];
            /** @description The first call that was not made, counted from 0 */
            missing?: number;
            closest?: {
                request: {
                    id: string;
                    /** Format: date-time */
                    at: string;
                    provider: string | null;
                    operation: string | null;
                    caller: string | null;
                    method: string;
                    path: string;
                    /** @description Null: the answer was never finished */
                    status: number | null;
                    durationMilliseconds: number;
                    request: {
                        query: {
                            [key: string]: string | string[];
                        };
                        headers: {
                            [key: string]: string | string[];
                        };
                        /** @description JSON as such, text as text, null for none; else in brackets what it was */
                        body: unknown;
                    };
                    answer: {
                        headers: {
                            [key: string]: string | string[];
                        };
                        /** @description JSON as such, text as text, null for none; else in brackets what it was */
                        body: unknown;
                    };
                    hints: string[];
                    faults: {
                        fault: string;
                        effect: string;
                    }[];
                };
                differences: {
                    field: string;
                    expected: (string | number) | null;
                    actual: (string | number) | null;
                }[];
            };
            /** @description With `exactly`: a request that is none of the calls */
            unexpected?: {
                id: string;
                /** Format: date-time */
                at: string;
                provider: string | null;
                operation: string | null;
                caller: string | null;
                method: string;
                path: string;
                /** @description Null: the answer was never finished */
                status: number | null;
                durationMilliseconds: number;
                request: {
                    query: {
                        [key: string]: string | string[];
                    };
                    headers: {
                        [key: string]: string | string[];
                    };
                    /** @description JSON as such, text as text, null for none; else in brackets what it was */
                    body: unknown;
                };
                answer: {
                    headers: {
                        [key: string]: string | string[];
                    };
                    /** @description JSON as such, text as text, null for none; else in brackets what it was */
                    body: unknown;
                };
                hints: string[];
                faults: {
                    fault: string;
                    effect: string;
                }[];
            };
        };
        WaitForRequestsAnswer: {
            items: {
                id: string;
                /** Format: date-time */
                at: string;
                provider: string | null;
                operation: string | null;
                caller: string | null;
                method: string;
                path: string;
                /** @description Null: the answer was never finished */
                status: number | null;
                durationMilliseconds: number;
                request: {
                    query: {
                        [key: string]: string | string[];
                    };
                    headers: {
                        [key: string]: string | string[];
                    };
                    /** @description JSON as such, text as text, null for none; else in brackets what it was */
                    body: unknown;
                };
                answer: {
                    headers: {
                        [key: string]: string | string[];
                    };
                    /** @description JSON as such, text as text, null for none; else in brackets what it was */
                    body: unknown;
                };
                hints: string[];
                faults: {
                    fault: string;
                    effect: string;
                }[];
            }[];
        };
        ListWebhookDeliveriesAnswer: {
            items: {
                id: string;
                provider: string;
                event: string;
                /** @description The provider's id of the webhook */
                webhook: string;
                /** @enum {string} */
                state: "pending" | "delivered" | "failed" | "cancelled";
                /** Format: date-time */
                createdAt: string;
                /** Format: date-time */
                nextAttemptAt: string | null;
                request: {
                    url: string;
                    headers: {
                        [key: string]: string;
                    };
                    body: string;
                };
                attempts: {
                    /** Format: date-time */
                    at: string;
                    status: number | null;
                    /** @description Why there is no status */
                    error: string | null;
                    /** @description The beginning of what the receiver answered */
                    answer: string | null;
                }[];
            }[];
        };
        RedeliverWebhookAnswer: {
            id: string;
            provider: string;
            event: string;
            /** @description The provider's id of the webhook */
            webhook: string;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed" | "cancelled";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            nextAttemptAt: string | null;
            request: {
                url: string;
                headers: {
                    [key: string]: string;
                };
                body: string;
            };
            attempts: {
                /** Format: date-time */
                at: string;
                status: number | null;
                /** @description Why there is no status */
                error: string | null;
                /** @description The beginning of what the receiver answered */
                answer: string | null;
            }[];
        };
        GetFaultCatalogueAnswer: {
            items: {
                provider: string;
                operations: string[];
                errors: string[];
                /** @description The errors that only some operations answer, with these */
                answeredBy: {
                    [key: string]: string[];
                };
                /** @description The error of an outage that names none */
                outage: string;
                rateLimitExhausted: boolean;
                /** @description Effects on certificates, keys and ciphertexts, with their operations */
                material: {
                    [key: string]: string[];
                };
            }[];
        };
        CreateFaultAnswer: {
            id: string;
            match: {
                provider?: string;
                /** @description The operation's id in the provider's OpenAPI document */
                operation?: string;
                method?: string;
                path?: string;
                /** @description The id of the key, token or user that calls */
                credential?: string;
            };
            effect: {
                /** @enum {string} */
                type: "error";
                error: string;
            } | {
                /** @enum {string} */
                type: "latency";
                milliseconds?: number;
                min?: number;
                max?: number;
            } | {
                /** @enum {string} */
                type: "connectionReset";
            } | {
                /** @enum {string} */
                type: "emptyAnswer";
            } | {
                /** @enum {string} */
                type: "truncatedBody";
            } | {
                /** @enum {string} */
                type: "malformedBody";
            } | {
                /** @enum {string} */
                type: "slowDribble";
                milliseconds: number;
                /** @default 10 */
                chunks: number;
            } | {
                /** @enum {string} */
                type: "rateLimitExhausted";
            } | {
                /** @enum {string} */
                type: "outage";
                /** Format: date-time */
                from?: string;
                /** Format: date-time */
                until?: string;
                error?: string;
            } | {
                /** @enum {string} */
                type: "expiredChain" | "expiredCertificate" | "wrongIssuer" | "mismatchedKey" | "tamperedCiphertext" | "staleCrl" | "ocspTryLater";
            };
            times: number | null;
            after: number;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description How often it has fired */
            hits: number;
        };
        ListFaultsAnswer: {
            items: {
                id: string;
                match: {
                    provider?: string;
                    /** @description The operation's id in the provider's OpenAPI document */
                    operation?: string;
                    method?: string;
                    path?: string;
                    /** @description The id of the key, token or user that calls */
                    credential?: string;
                };
                effect: {
                    /** @enum {string} */
                    type: "error";
                    error: string;
                } | {
                    /** @enum {string} */
                    type: "latency";
                    milliseconds?: number;
                    min?: number;
                    max?: number;
                } | {
                    /** @enum {string} */
                    type: "connectionReset";
                } | {
                    /** @enum {string} */
                    type: "emptyAnswer";
                } | {
                    /** @enum {string} */
                    type: "truncatedBody";
                } | {
                    /** @enum {string} */
                    type: "malformedBody";
                } | {
                    /** @enum {string} */
                    type: "slowDribble";
                    milliseconds: number;
                    /** @default 10 */
                    chunks: number;
                } | {
                    /** @enum {string} */
                    type: "rateLimitExhausted";
                } | {
                    /** @enum {string} */
                    type: "outage";
                    /** Format: date-time */
                    from?: string;
                    /** Format: date-time */
                    until?: string;
                    error?: string;
                } | {
                    /** @enum {string} */
                    type: "expiredChain" | "expiredCertificate" | "wrongIssuer" | "mismatchedKey" | "tamperedCiphertext" | "staleCrl" | "ocspTryLater";
                };
                times: number | null;
                after: number;
                /** Format: date-time */
                expiresAt: string | null;
                /** Format: date-time */
                createdAt: string;
                /** @description How often it has fired */
                hits: number;
            }[];
        };
        GetFaultAnswer: {
            id: string;
            match: {
                provider?: string;
                /** @description The operation's id in the provider's OpenAPI document */
                operation?: string;
                method?: string;
                path?: string;
                /** @description The id of the key, token or user that calls */
                credential?: string;
            };
            effect: {
                /** @enum {string} */
                type: "error";
                error: string;
            } | {
                /** @enum {string} */
                type: "latency";
                milliseconds?: number;
                min?: number;
                max?: number;
            } | {
                /** @enum {string} */
                type: "connectionReset";
            } | {
                /** @enum {string} */
                type: "emptyAnswer";
            } | {
                /** @enum {string} */
                type: "truncatedBody";
            } | {
                /** @enum {string} */
                type: "malformedBody";
            } | {
                /** @enum {string} */
                type: "slowDribble";
                milliseconds: number;
                /** @default 10 */
                chunks: number;
            } | {
                /** @enum {string} */
                type: "rateLimitExhausted";
            } | {
                /** @enum {string} */
                type: "outage";
                /** Format: date-time */
                from?: string;
                /** Format: date-time */
                until?: string;
                error?: string;
            } | {
                /** @enum {string} */
                type: "expiredChain" | "expiredCertificate" | "wrongIssuer" | "mismatchedKey" | "tamperedCiphertext" | "staleCrl" | "ocspTryLater";
            };
            times: number | null;
            after: number;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description How often it has fired */
            hits: number;
        };
        ListSnapshotsAnswer: {
            items: {
                name: string;
                /**
                 * Format: date-time
                 * @description Real time
                 */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description On the sandbox's clock
                 */
                now: string;
                /** @description Of Certulator, when it was kept */
                version: string;
                bytes: number;
            }[];
        };
        KeepSnapshotAnswer: {
            name: string;
            /**
             * Format: date-time
             * @description Real time
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description On the sandbox's clock
             */
            now: string;
            /** @description Of Certulator, when it was kept */
            version: string;
            bytes: number;
        };
        GetSnapshotAnswer: {
            name: string;
            /**
             * Format: date-time
             * @description Real time
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description On the sandbox's clock
             */
            now: string;
            /** @description Of Certulator, when it was kept */
            version: string;
            bytes: number;
        };
        RestoreSnapshotAnswer: {
            id: string;
            name: string | null;
            clock: {
                /** @enum {string} */
                mode: "system" | "frozen";
                /** Format: date-time */
                now: string;
            };
            settings: {
                [key: string]: string;
            };
            /** @description Every id, key and signature of the sandbox follows from it */
            randomSeed: number | null;
            credentials: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        ImportSnapshotAnswer: {
            name: string;
            /**
             * Format: date-time
             * @description Real time
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description On the sandbox's clock
             */
            now: string;
            /** @description Of Certulator, when it was kept */
            version: string;
            bytes: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}

type Schemas = components['schemas']
/** What `startEmulator` takes: the options of `certulator start`, by their names. */
export type EmulatorOptions = OrUndefined<Schemas['Options']>
/** The settings of a sandbox, as they can be set. */
export type Settings = OrUndefined<Schemas['Settings']>
/** Under `exactOptionalPropertyTypes`, too, what is undefined is not given. */
type OrUndefined<Options> = { [Name in keyof Options]: Options[Name] | undefined }
/** The settings of a sandbox, as they are. */
export type SettingValues = { [Name in keyof Schemas['Settings']]-?: Extract<Schemas['Settings'][Name], string> }
/** What the clients of each provider need. Optional ones are there if the seed is the default one. */
export type Credentials = Schemas['Credentials']
/** What requests go to: a provider, or the revocation information of all CAs. */
export type ProviderName = keyof Credentials | 'pki'

export interface CertmanConsole {
  /** The state of a certificate, and those that it can go to. */
  getCertificateState(input: Schemas['CertmanGetCertificateStateInput']): Promise<Schemas['CertmanGetCertificateStateAnswer']>
  /** Takes a certificate to a state. */
  setCertificateState(input: Schemas['CertmanSetCertificateStateInput']): Promise<Schemas['CertmanSetCertificateStateAnswer']>
  /** The state of a CA, and those that it can go to. */
  getCaState(input: Schemas['CertmanGetCaStateInput']): Promise<Schemas['CertmanGetCaStateAnswer']>
  /** Takes a CA to a state. */
  setCaState(input: Schemas['CertmanSetCaStateInput']): Promise<Schemas['CertmanSetCaStateAnswer']>
  /** All CAs, revoked ones too. */
  listCas(): Promise<Schemas['CertmanListCasAnswer']>
  /** Creates a root or intermediate CA. */
  createCa(input: Schemas['CertmanCreateCaInput']): Promise<Schemas['CertmanCreateCaAnswer']>
  /** Revokes a CA; nothing below it can issue any more. */
  revokeCa(input: Schemas['CertmanRevokeCaInput']): Promise<Schemas['CertmanRevokeCaAnswer']>
  /** API keys, without their text. */
  listApiKeys(): Promise<Schemas['CertmanListApiKeysAnswer']>
  /** Creates an API key; its text is in this answer only. */
  createApiKey(input: Schemas['CertmanCreateApiKeyInput']): Promise<Schemas['CertmanCreateApiKeyAnswer']>
  /** Deletes an API key. */
  deleteApiKey(input: Schemas['CertmanDeleteApiKeyInput']): Promise<void>
  /** Lifts a certificateHold. */
  releaseCertificate(input: Schemas['CertmanReleaseCertificateInput']): Promise<Schemas['CertmanReleaseCertificateAnswer']>
}

export interface DnsimpleConsole {
  /** Accounts with their plans. */
  listAccounts(): Promise<Schemas['DnsimpleListAccountsAnswer']>
  /** Creates an account. */
  createAccount(input: Schemas['DnsimpleCreateAccountInput']): Promise<Schemas['DnsimpleCreateAccountAnswer']>
  /** Changes plan, features or standing; a new plan brings its own features, beside those given explicitly. */
  changeAccount(input: Schemas['DnsimpleChangeAccountInput']): Promise<Schemas['DnsimpleChangeAccountAnswer']>
  /** Users, and the one-time password of this moment where they have one. */
  listUsers(): Promise<Schemas['DnsimpleListUsersAnswer']>
  /** Tokens, without their text. */
  listTokens(): Promise<Schemas['DnsimpleListTokensAnswer']>
  /** Creates a token; its text is in this answer only. */
  createToken(input: Schemas['DnsimpleCreateTokenInput']): Promise<Schemas['DnsimpleCreateTokenAnswer']>
  /** Deletes a token. */
  deleteToken(input: Schemas['DnsimpleDeleteTokenInput']): Promise<void>
  /** Domains, and what would keep the CA from issuing for them. */
  listDomains(): Promise<Schemas['DnsimpleListDomainsAnswer']>
  /** Delegation, Secondary DNS, CAA and DNSSEC of a domain (by id or name). */
  changeDomain(input: Schemas['DnsimpleChangeDomainInput']): Promise<Schemas['DnsimpleChangeDomainAnswer']>
  /** The certificates of all domains. */
  listCertificates(): Promise<Schemas['DnsimpleListCertificatesAnswer']>
  /** Switches automatic renewal; the event follows. */
  changeCertificate(input: Schemas['DnsimpleChangeCertificateInput']): Promise<Schemas['DnsimpleChangeCertificateAnswer']>
  /** The CA issues now, whatever stands in the way. */
  approveCertificate(input: Schemas['DnsimpleApproveCertificateInput']): Promise<Schemas['DnsimpleApproveCertificateAnswer']>
  /** Cancels an order. */
  cancelCertificate(input: Schemas['DnsimpleCancelCertificateInput']): Promise<Schemas['DnsimpleCancelCertificateAnswer']>
  /** Replaces a certificate by one that ended a second ago, and revokes what it was. */
  expireCertificate(input: Schemas['DnsimpleExpireCertificateInput']): Promise<Schemas['DnsimpleExpireCertificateAnswer']>
  /** The CA refuses. */
  failCertificate(input: Schemas['DnsimpleFailCertificateInput']): Promise<Schemas['DnsimpleFailCertificateAnswer']>
  /** Removes the private key; the event follows. */
  removePrivateKey(input: Schemas['DnsimpleRemovePrivateKeyInput']): Promise<void>
  /** OAuth applications. */
  listOauthApplications(): Promise<Schemas['DnsimpleListOauthApplicationsAnswer']>
  /** Registers an OAuth application; its secret is in this answer only. */
  createOauthApplication(input: Schemas['DnsimpleCreateOauthApplicationInput']): Promise<Schemas['DnsimpleCreateOauthApplicationAnswer']>
  /** Authorizes an application for an account; the code is good for ten minutes, once. */
  authorizeOauthApplication(input: Schemas['DnsimpleAuthorizeOauthApplicationInput']): Promise<Schemas['DnsimpleAuthorizeOauthApplicationAnswer']>
  /** The state of a certificate, and those that it can go to. */
  getCertificateState(input: Schemas['DnsimpleGetCertificateStateInput']): Promise<Schemas['DnsimpleGetCertificateStateAnswer']>
  /** Takes a certificate to a state. */
  setCertificateState(input: Schemas['DnsimpleSetCertificateStateInput']): Promise<Schemas['DnsimpleSetCertificateStateAnswer']>
  /** The state of a domain, and those that it can go to. */
  getDomainState(input: Schemas['DnsimpleGetDomainStateInput']): Promise<Schemas['DnsimpleGetDomainStateAnswer']>
  /** Takes a domain to a state. */
  setDomainState(input: Schemas['DnsimpleSetDomainStateInput']): Promise<Schemas['DnsimpleSetDomainStateAnswer']>
  /** The state of an account, and those that it can go to. */
  getAccountState(input: Schemas['DnsimpleGetAccountStateInput']): Promise<Schemas['DnsimpleGetAccountStateAnswer']>
  /** Takes an account to a state. */
  setAccountState(input: Schemas['DnsimpleSetAccountStateInput']): Promise<Schemas['DnsimpleSetAccountStateAnswer']>
  /** The state of a webhook, and those that it can go to. */
  getWebhookState(input: Schemas['DnsimpleGetWebhookStateInput']): Promise<Schemas['DnsimpleGetWebhookStateAnswer']>
  /** Takes a webhook to a state. */
  setWebhookState(input: Schemas['DnsimpleSetWebhookStateInput']): Promise<Schemas['DnsimpleSetWebhookStateAnswer']>
  /** Lifts a webhook's suppression. */
  unsuppressWebhook(input: Schemas['DnsimpleUnsuppressWebhookInput']): Promise<Schemas['DnsimpleUnsuppressWebhookAnswer']>
  /** The root certificates to trust, which a download does not have. */
  listRoots(): Promise<Schemas['DnsimpleListRootsAnswer']>
  /** The CA's limits per week; null is none. */
  getCaLimits(): Promise<Schemas['DnsimpleGetCaLimitsAnswer']>
  /** Sets the CA's limits per week; null goes back to what `rateLimits` says. */
  changeCaLimits(input?: Schemas['DnsimpleChangeCaLimitsInput']): Promise<Schemas['DnsimpleChangeCaLimitsAnswer']>
}

export interface KatapultConsole {
  /** Certificates of all organizations that are not in the trash. */
  listCertificates(): Promise<Schemas['KatapultListCertificatesAnswer']>
  /** Orders a certificate, or uploads a custom one. */
  createCertificate(input: Schemas['KatapultCreateCertificateInput']): Promise<Schemas['KatapultCreateCertificateAnswer']>
  /** Issues a certificate now, again if it is issued already. */
  issue(input: Schemas['KatapultIssueInput']): Promise<Schemas['KatapultIssueAnswer']>
  /** Makes issuing fail; what was issued before stays. */
  fail(input: Schemas['KatapultFailInput']): Promise<Schemas['KatapultFailAnswer']>
  /** Takes a certificate out of the trash. */
  restore(input: Schemas['KatapultRestoreInput']): Promise<Schemas['KatapultRestoreAnswer']>
  /** Gives the certificate API's URL a new secret. */
  resetApiUrl(input: Schemas['KatapultResetApiUrlInput']): Promise<Schemas['KatapultResetApiUrlAnswer']>
  /** Forgets the certificate API's URL. */
  forgetApiUrl(input: Schemas['KatapultForgetApiUrlInput']): Promise<Schemas['KatapultForgetApiUrlAnswer']>
  /** Moves a certificate to the trash, which keeps it for 48 hours. */
  trashCertificate(input: Schemas['KatapultTrashCertificateInput']): Promise<Schemas['KatapultTrashCertificateAnswer']>
  /** What is in the trash. */
  listTrash(): Promise<Schemas['KatapultListTrashAnswer']>
  /** All organizations. */
  listOrganizations(): Promise<Schemas['KatapultListOrganizationsAnswer']>
  /** Creates an organization. */
  createOrganization(input: Schemas['KatapultCreateOrganizationInput']): Promise<Schemas['KatapultCreateOrganizationAnswer']>
  /** Renames, suspends or activates an organization. */
  changeOrganization(input: Schemas['KatapultChangeOrganizationInput']): Promise<Schemas['KatapultChangeOrganizationAnswer']>
  /** API tokens, without their text. */
  listTokens(): Promise<Schemas['KatapultListTokensAnswer']>
  /** Creates an API token; its text is in this answer only. */
  createToken(input: Schemas['KatapultCreateTokenInput']): Promise<Schemas['KatapultCreateTokenAnswer']>
  /** Deletes an API token. */
  deleteToken(input: Schemas['KatapultDeleteTokenInput']): Promise<void>
  /** The state of a certificate, and those that it can go to. */
  getCertificateState(input: Schemas['KatapultGetCertificateStateInput']): Promise<Schemas['KatapultGetCertificateStateAnswer']>
  /** Takes a certificate to a state. */
  setCertificateState(input: Schemas['KatapultSetCertificateStateInput']): Promise<Schemas['KatapultSetCertificateStateAnswer']>
  /** The state of an organization, and those that it can go to. */
  getOrganizationState(input: Schemas['KatapultGetOrganizationStateInput']): Promise<Schemas['KatapultGetOrganizationStateAnswer']>
  /** Takes an organization to a state. */
  setOrganizationState(input: Schemas['KatapultSetOrganizationStateInput']): Promise<Schemas['KatapultSetOrganizationStateAnswer']>
  /** The state of a token, and those that it can go to. */
  getTokenState(input: Schemas['KatapultGetTokenStateInput']): Promise<Schemas['KatapultGetTokenStateAnswer']>
  /** Takes a token to a state. */
  setTokenState(input: Schemas['KatapultSetTokenStateInput']): Promise<Schemas['KatapultSetTokenStateAnswer']>
}

export interface NhnCertificateManagerConsole {
  /** User Access Keys. */
  listAccessKeys(): Promise<Schemas['NhnCertificateManagerListAccessKeysAnswer']>
  /** Makes a User Access Key with a role in Certificate Manager and Secure Key Manager. */
  createAccessKey(input: Schemas['NhnCertificateManagerCreateAccessKeyInput']): Promise<Schemas['NhnCertificateManagerCreateAccessKeyAnswer']>
  /** Deletes a User Access Key. */
  deleteAccessKey(input: Schemas['NhnCertificateManagerDeleteAccessKeyInput']): Promise<void>
  /** The state of a certificate, and those that it can go to. */
  getCertificateState(input: Schemas['NhnCertificateManagerGetCertificateStateInput']): Promise<Schemas['NhnCertificateManagerGetCertificateStateAnswer']>
  /** Takes a certificate to a state. */
  setCertificateState(input: Schemas['NhnCertificateManagerSetCertificateStateInput']): Promise<Schemas['NhnCertificateManagerSetCertificateStateAnswer']>
  /** All names, with what is known of their files. */
  listCertificates(): Promise<Schemas['NhnCertificateManagerListCertificatesAnswer']>
  /** Registers a name, or changes what was entered for it. */
  registerCertificate(input: Schemas['NhnCertificateManagerRegisterCertificateInput']): Promise<Schemas['NhnCertificateManagerRegisterCertificateAnswer']>
  /** Deletes a name with its file. */
  deleteCertificate(input: Schemas['NhnCertificateManagerDeleteCertificateInput']): Promise<void>
  /** Registers a name with a certificate from an authority of the sandbox. */
  generateCertificate(input: Schemas['NhnCertificateManagerGenerateCertificateInput']): Promise<Schemas['NhnCertificateManagerGenerateCertificateAnswer']>
  /** Uploads the PEM file of a registered name, as the field `file`. */
  uploadCertificate(input: Schemas['NhnCertificateManagerUploadCertificateInput']): Promise<Schemas['NhnCertificateManagerUploadCertificateAnswer']>
}

export interface NhnSecureKeyManagerConsole {
  /** All key stores. */
  listKeyStores(): Promise<Schemas['NhnSecureKeyManagerListKeyStoresAnswer']>
  /** Creates a key store; with IPv4 authentication, 127.0.0.1 is let in. */
  createKeyStore(input: Schemas['NhnSecureKeyManagerCreateKeyStoreInput']): Promise<Schemas['NhnSecureKeyManagerCreateKeyStoreAnswer']>
  /** Changes a key store, its authentication for example. */
  changeKeyStore(input: Schemas['NhnSecureKeyManagerChangeKeyStoreInput']): Promise<Schemas['NhnSecureKeyManagerChangeKeyStoreAnswer']>
  /** Deletes a key store that has no keys any more, with its credentials. */
  deleteKeyStore(input: Schemas['NhnSecureKeyManagerDeleteKeyStoreInput']): Promise<void>
  /** The keys of all key stores. */
  listKeys(): Promise<Schemas['NhnSecureKeyManagerListKeysAnswer']>
  /** Brings a symmetric key along; it never rotates. */
  importSymmetricKey(input: Schemas['NhnSecureKeyManagerImportSymmetricKeyInput']): Promise<Schemas['NhnSecureKeyManagerImportSymmetricKeyAnswer']>
  /** Makes the next version of a key now. */
  rotateKey(input: Schemas['NhnSecureKeyManagerRotateKeyInput']): Promise<Schemas['NhnSecureKeyManagerRotateKeyAnswer']>
  /** Cancels the scheduled deletion of a key. */
  restoreKey(input: Schemas['NhnSecureKeyManagerRestoreKeyInput']): Promise<Schemas['NhnSecureKeyManagerRestoreKeyAnswer']>
  /** Takes an old version out of service; it is deleted after seven days. */
  scheduleVersionDeletion(input: Schemas['NhnSecureKeyManagerScheduleVersionDeletionInput']): Promise<Schemas['NhnSecureKeyManagerScheduleVersionDeletionAnswer']>
  /** Cancels the scheduled deletion of a version. */
  restoreVersion(input: Schemas['NhnSecureKeyManagerRestoreVersionInput']): Promise<Schemas['NhnSecureKeyManagerRestoreVersionAnswer']>
  /** A client certificate's PKCS#12 file. */
  downloadCertificate(input: Schemas['NhnSecureKeyManagerDownloadCertificateInput']): Promise<Buffer>
  /** Cancels the scheduled deletion of a credential. */
  restoreCredential(input: Schemas['NhnSecureKeyManagerRestoreCredentialInput']): Promise<Schemas['NhnSecureKeyManagerRestoreCredentialAnswer']>
  /** The state of a key, and those that it can go to. */
  getKeyState(input: Schemas['NhnSecureKeyManagerGetKeyStateInput']): Promise<Schemas['NhnSecureKeyManagerGetKeyStateAnswer']>
  /** Takes a key to a state. */
  setKeyState(input: Schemas['NhnSecureKeyManagerSetKeyStateInput']): Promise<Schemas['NhnSecureKeyManagerSetKeyStateAnswer']>
  /** The state of a version, and those that it can go to. */
  getKeyVersionState(input: Schemas['NhnSecureKeyManagerGetKeyVersionStateInput']): Promise<Schemas['NhnSecureKeyManagerGetKeyVersionStateAnswer']>
  /** Takes a version to a state. */
  setKeyVersionState(input: Schemas['NhnSecureKeyManagerSetKeyVersionStateInput']): Promise<Schemas['NhnSecureKeyManagerSetKeyVersionStateAnswer']>
  /** The state of a credential, and those that it can go to. */
  getIpv4State(input: Schemas['NhnSecureKeyManagerGetIpv4StateInput']): Promise<Schemas['NhnSecureKeyManagerGetIpv4StateAnswer']>
  /** Takes a credential to a state. */
  setIpv4State(input: Schemas['NhnSecureKeyManagerSetIpv4StateInput']): Promise<Schemas['NhnSecureKeyManagerSetIpv4StateAnswer']>
  /** The state of a credential, and those that it can go to. */
  getMacState(input: Schemas['NhnSecureKeyManagerGetMacStateInput']): Promise<Schemas['NhnSecureKeyManagerGetMacStateAnswer']>
  /** Takes a credential to a state. */
  setMacState(input: Schemas['NhnSecureKeyManagerSetMacStateInput']): Promise<Schemas['NhnSecureKeyManagerSetMacStateAnswer']>
  /** The state of a client certificate, and those that it can go to. */
  getCertificateState(input: Schemas['NhnSecureKeyManagerGetCertificateStateInput']): Promise<Schemas['NhnSecureKeyManagerGetCertificateStateAnswer']>
  /** Takes a client certificate to a state. */
  setCertificateState(input: Schemas['NhnSecureKeyManagerSetCertificateStateInput']): Promise<Schemas['NhnSecureKeyManagerSetCertificateStateAnswer']>
}

/** What people do on the web consoles of the providers. */
export interface Consoles {
  readonly certman: CertmanConsole
  readonly dnsimple: DnsimpleConsole
  readonly katapult: KatapultConsole
  readonly nhnCertificateManager: NhnCertificateManagerConsole
  readonly nhnSecureKeyManager: NhnSecureKeyManagerConsole
}

/** Method, path below the sandbox, kind of body, kind of answer. */
export type ConsoleOperation = readonly [method: string, path: string, body: 'json' | 'multipart' | 'none', answer: 'json' | 'bytes' | 'none']

export const consoleOperations: Readonly<Record<string, Readonly<Record<string, ConsoleOperation>>>> = {
  certman: {
    getCertificateState: ['GET', '/certman/certificates/{certificateId}/state', 'none', 'json'],
    setCertificateState: ['PUT', '/certman/certificates/{certificateId}/state', 'json', 'json'],
    getCaState: ['GET', '/certman/cas/{caId}/state', 'none', 'json'],
    setCaState: ['PUT', '/certman/cas/{caId}/state', 'json', 'json'],
    listCas: ['GET', '/certman/cas', 'none', 'json'],
    createCa: ['POST', '/certman/cas', 'json', 'json'],
    revokeCa: ['POST', '/certman/cas/{caId}/revoke', 'json', 'json'],
    listApiKeys: ['GET', '/certman/api-keys', 'none', 'json'],
    createApiKey: ['POST', '/certman/api-keys', 'json', 'json'],
    deleteApiKey: ['DELETE', '/certman/api-keys/{keyId}', 'none', 'none'],
    releaseCertificate: ['POST', '/certman/certificates/{certificateId}/release', 'json', 'json'],
  },
  dnsimple: {
    listAccounts: ['GET', '/dnsimple/accounts', 'none', 'json'],
    createAccount: ['POST', '/dnsimple/accounts', 'json', 'json'],
    changeAccount: ['PATCH', '/dnsimple/accounts/{account}', 'json', 'json'],
    listUsers: ['GET', '/dnsimple/users', 'none', 'json'],
    listTokens: ['GET', '/dnsimple/tokens', 'none', 'json'],
    createToken: ['POST', '/dnsimple/tokens', 'json', 'json'],
    deleteToken: ['DELETE', '/dnsimple/tokens/{token}', 'none', 'none'],
    listDomains: ['GET', '/dnsimple/domains', 'none', 'json'],
    changeDomain: ['PATCH', '/dnsimple/domains/{domain}', 'json', 'json'],
    listCertificates: ['GET', '/dnsimple/certificates', 'none', 'json'],
    changeCertificate: ['PATCH', '/dnsimple/certificates/{certificate}', 'json', 'json'],
    approveCertificate: ['POST', '/dnsimple/certificates/{certificate}/approve', 'json', 'json'],
    cancelCertificate: ['POST', '/dnsimple/certificates/{certificate}/cancel', 'json', 'json'],
    expireCertificate: ['POST', '/dnsimple/certificates/{certificate}/expire', 'json', 'json'],
    failCertificate: ['POST', '/dnsimple/certificates/{certificate}/fail', 'json', 'json'],
    removePrivateKey: ['DELETE', '/dnsimple/certificates/{certificate}/private-key', 'none', 'none'],
    listOauthApplications: ['GET', '/dnsimple/oauth-applications', 'none', 'json'],
    createOauthApplication: ['POST', '/dnsimple/oauth-applications', 'json', 'json'],
    authorizeOauthApplication: ['POST', '/dnsimple/oauth-applications/{application}/authorize', 'json', 'json'],
    getCertificateState: ['GET', '/dnsimple/certificates/{certificate}/state', 'none', 'json'],
    setCertificateState: ['PUT', '/dnsimple/certificates/{certificate}/state', 'json', 'json'],
    getDomainState: ['GET', '/dnsimple/domains/{domain}/state', 'none', 'json'],
    setDomainState: ['PUT', '/dnsimple/domains/{domain}/state', 'json', 'json'],
    getAccountState: ['GET', '/dnsimple/accounts/{account}/state', 'none', 'json'],
    setAccountState: ['PUT', '/dnsimple/accounts/{account}/state', 'json', 'json'],
    getWebhookState: ['GET', '/dnsimple/webhooks/{webhook}/state', 'none', 'json'],
    setWebhookState: ['PUT', '/dnsimple/webhooks/{webhook}/state', 'json', 'json'],
    unsuppressWebhook: ['POST', '/dnsimple/webhooks/{webhook}/unsuppress', 'none', 'json'],
    listRoots: ['GET', '/dnsimple/roots', 'none', 'json'],
    getCaLimits: ['GET', '/dnsimple/ca-limits', 'none', 'json'],
    changeCaLimits: ['PATCH', '/dnsimple/ca-limits', 'json', 'json'],
  },
  katapult: {
    listCertificates: ['GET', '/katapult/certificates', 'none', 'json'],
    createCertificate: ['POST', '/katapult/certificates', 'json', 'json'],
    issue: ['POST', '/katapult/certificates/{certificate}/issue', 'json', 'json'],
    fail: ['POST', '/katapult/certificates/{certificate}/fail', 'json', 'json'],
    restore: ['POST', '/katapult/certificates/{certificate}/restore', 'json', 'json'],
    resetApiUrl: ['POST', '/katapult/certificates/{certificate}/reset-api-url', 'json', 'json'],
    forgetApiUrl: ['POST', '/katapult/certificates/{certificate}/forget-api-url', 'json', 'json'],
    trashCertificate: ['POST', '/katapult/certificates/{certificate}/trash', 'json', 'json'],
    listTrash: ['GET', '/katapult/trash', 'none', 'json'],
    listOrganizations: ['GET', '/katapult/organizations', 'none', 'json'],
    createOrganization: ['POST', '/katapult/organizations', 'json', 'json'],
    changeOrganization: ['PATCH', '/katapult/organizations/{organization}', 'json', 'json'],
    listTokens: ['GET', '/katapult/tokens', 'none', 'json'],
    createToken: ['POST', '/katapult/tokens', 'json', 'json'],
    deleteToken: ['DELETE', '/katapult/tokens/{token}', 'none', 'none'],
    getCertificateState: ['GET', '/katapult/certificates/{certificate}/state', 'none', 'json'],
    setCertificateState: ['PUT', '/katapult/certificates/{certificate}/state', 'json', 'json'],
    getOrganizationState: ['GET', '/katapult/organizations/{organization}/state', 'none', 'json'],
    setOrganizationState: ['PUT', '/katapult/organizations/{organization}/state', 'json', 'json'],
    getTokenState: ['GET', '/katapult/tokens/{token}/state', 'none', 'json'],
    setTokenState: ['PUT', '/katapult/tokens/{token}/state', 'json', 'json'],
  },
  nhnCertificateManager: {
    listAccessKeys: ['GET', '/nhn-certificate-manager/access-keys', 'none', 'json'],
    createAccessKey: ['POST', '/nhn-certificate-manager/access-keys', 'json', 'json'],
    deleteAccessKey: ['DELETE', '/nhn-certificate-manager/access-keys/{accessKeyId}', 'none', 'none'],
    getCertificateState: ['GET', '/nhn-certificate-manager/certificates/{name}/state', 'none', 'json'],
    setCertificateState: ['PUT', '/nhn-certificate-manager/certificates/{name}/state', 'json', 'json'],
    listCertificates: ['GET', '/nhn-certificate-manager/certificates', 'none', 'json'],
    registerCertificate: ['PUT', '/nhn-certificate-manager/certificates/{name}', 'json', 'json'],
    deleteCertificate: ['DELETE', '/nhn-certificate-manager/certificates/{name}', 'none', 'none'],
    generateCertificate: ['POST', '/nhn-certificate-manager/certificates/{name}/generate', 'json', 'json'],
    uploadCertificate: ['PUT', '/nhn-certificate-manager/certificates/{name}/file', 'multipart', 'json'],
  },
  nhnSecureKeyManager: {
    listKeyStores: ['GET', '/nhn-secure-key-manager/keystores', 'none', 'json'],
    createKeyStore: ['POST', '/nhn-secure-key-manager/keystores', 'json', 'json'],
    changeKeyStore: ['PATCH', '/nhn-secure-key-manager/keystores/{keyStoreId}', 'json', 'json'],
    deleteKeyStore: ['DELETE', '/nhn-secure-key-manager/keystores/{keyStoreId}', 'none', 'none'],
    listKeys: ['GET', '/nhn-secure-key-manager/keys', 'none', 'json'],
    importSymmetricKey: ['POST', '/nhn-secure-key-manager/keys/symmetric-keys/import', 'json', 'json'],
    rotateKey: ['POST', '/nhn-secure-key-manager/keys/{keyId}/rotate', 'json', 'json'],
    restoreKey: ['POST', '/nhn-secure-key-manager/keys/{keyId}/restore', 'json', 'json'],
    scheduleVersionDeletion: ['POST', '/nhn-secure-key-manager/keys/{keyId}/versions/{version}/schedule-deletion', 'json', 'json'],
    restoreVersion: ['POST', '/nhn-secure-key-manager/keys/{keyId}/versions/{version}/restore', 'json', 'json'],
    downloadCertificate: ['GET', '/nhn-secure-key-manager/keystores/{keyStoreId}/certificates/{name}/p12', 'none', 'bytes'],
    restoreCredential: ['POST', '/nhn-secure-key-manager/auths/{kind}/restore', 'json', 'json'],
    getKeyState: ['GET', '/nhn-secure-key-manager/keys/{keyId}/state', 'none', 'json'],
    setKeyState: ['PUT', '/nhn-secure-key-manager/keys/{keyId}/state', 'json', 'json'],
    getKeyVersionState: ['GET', '/nhn-secure-key-manager/keys/{keyId}/versions/{version}/state', 'none', 'json'],
    setKeyVersionState: ['PUT', '/nhn-secure-key-manager/keys/{keyId}/versions/{version}/state', 'json', 'json'],
    getIpv4State: ['GET', '/nhn-secure-key-manager/keystores/{keyStoreId}/ipv4s/{value}/state', 'none', 'json'],
    setIpv4State: ['PUT', '/nhn-secure-key-manager/keystores/{keyStoreId}/ipv4s/{value}/state', 'json', 'json'],
    getMacState: ['GET', '/nhn-secure-key-manager/keystores/{keyStoreId}/macs/{value}/state', 'none', 'json'],
    setMacState: ['PUT', '/nhn-secure-key-manager/keystores/{keyStoreId}/macs/{value}/state', 'json', 'json'],
    getCertificateState: ['GET', '/nhn-secure-key-manager/keystores/{keyStoreId}/certificates/{value}/state', 'none', 'json'],
    setCertificateState: ['PUT', '/nhn-secure-key-manager/keystores/{keyStoreId}/certificates/{value}/state', 'json', 'json'],
  },
}
