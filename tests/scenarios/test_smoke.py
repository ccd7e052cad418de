from tests.running import Office


def test_smoke(duet: Office) -> None:
    anna = duet.person("anna")
    print(anna.types("/duet").text)
    print(anna.types("/duet help").text)
    r = anna.types("/duet new Kto kupuje w piątki")
    print(r)
    f = anna.form
    print(f)
    f = f.fill({"Cel": "Dowiedzieć się", "Miara sukcesu": "Klienci", "Jednostka": "%", "Wartość dziś": "3,5", "Wartość docelowa": "20", "Termin miary": "2027-06-01"}).submit()
    print(f)
    f = f.fill({"Dyrektor ds. IT (CIO)": "@adam", "Dyrektor marketingu (CMO)": "@anna", "Lider strony IT": "@piotr", "Lider strony marketingu": "@ewa", "Początek": "2027-01-10", "Koniec": "2027-06-30", "Budżet łącznie": "120 000 zł"}).submit()
    print(f)
    f = f.click("Wyślij do podpisu")
    print(f)
    adam = duet.person("adam")
    m = adam.waits_for("prosi o Twój podpis", "@duet")
    print(m)
    for p in (adam, anna):
        m = p.waits_for("prosi o Twój podpis", "@duet")
        f = m.click("Przeczytaj i podpisz").form
        print(f)
        f = f.fill({"Twoja odpowiedź": "Podpisuję"}).submit()
        print(f)
    duet.slack.waits_for_calls("conversations.invite", 4)
    m = anna.waits_for("Obie strony podpisały", "#duet-1-kto-kupuje-w-piatki")
    print(m)
    print(anna.channels)
    duet.slack.waits_until_idle()
    print(anna.reads("@duet"))
    print(anna.types("/duet log").text)
    print(anna.types("/duet show").text)
    print(duet.slack.violations)
