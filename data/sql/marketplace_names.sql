-- Every spelling of a marketplace in reports, in lower case. ISO says GB where Amazon says UK.
CREATE OR REPLACE TEMP TABLE marketplace_name AS
SELECT lower(name) AS name, any_value(code) AS code, any_value(time_zone) AS time_zone
FROM (
    SELECT code, time_zone, unnest([code, iso, country, marketplace_id, domain, 'www.' || domain,
        'non-amazon ' || code, 'amazon ' || code]) AS name
    FROM records.marketplace
    UNION ALL
    SELECT code, time_zone, unnest(names) FROM records.marketplace JOIN (VALUES
        ('US', ['usa', 'united states of america', 'vereinigte staaten', 'états-unis', 'stati uniti', 'estados unidos', '美国', 'アメリカ']),
        ('UK', ['great britain', 'england', 'vereinigtes königreich', 'royaume-uni', 'regno unito', 'reino unido', '英国', 'イギリス']),
        ('DE', ['deutschland', 'allemagne', 'germania', 'alemania', '德国', 'ドイツ']),
        ('FR', ['frankreich', 'francia', '法国', 'フランス']),
        ('IT', ['italien', 'italie', 'italia', '意大利', 'イタリア']),
        ('ES', ['spanien', 'espagne', 'spagna', 'españa', '西班牙', 'スペイン']),
        ('JP', ['日本']),
        ('CA', ['kanada', 'canadá', '加拿大', 'カナダ']),
        ('NL', ['niederlande', 'pays-bas', 'the netherlands']),
        ('SE', ['schweden']), ('PL', ['polen']), ('BE', ['belgien', 'belgique', 'amazon.be']),
        ('AE', ['uae']), ('MX', ['méxico', 'mexiko'])) spelled (marketplace, names)
    ON spelled.marketplace = marketplace.code)
GROUP BY lower(name);
