"""Protects: no text says who is behind a criticism; denying a fact, or naming no one, stays possible."""

import pytest

from tocsin.domain.fields import Language
from tocsin.domain.linter import Draft, Fault, Kind, accusations, check

ACCUSES: tuple[tuple[Language, str], ...] = (
    ("en", "These are fake accounts run by our competitor."),
    ("en", "The post was paid for by Bolt."),
    ("en", "Our competitors are behind this."),
    ("en", "Behind all this stands a rival of ours."),
    ("en", "This review was written by a bot."),
    ("en", "The author of the video is a former employee of ours."),
    ("en", "A former colleague invented the whole story; she posted it out of spite, an ex-employee wrote this."),
    ("en", "Those people are paid critics."),
    ("en", "She was paid to write it."),
    ("en", "We see a smear campaign here."),
    ("en", "This is an attack by our competitors."),
    ("en", "Zorro is behind this."),
    ("en", "The comments come from a bot farm."),
    ("en", "It is the revenge of a dismissed cook, a former worker."),
    ("uk", "За цим стоять наші конкуренти."),
    ("uk", "Цей допис написав бот конкурентів."),
    ("uk", "Автор допису — наш колишній працівник."),
    ("uk", "Конкуренти замовили цю кампанію."),
    ("uk", "Відгук проплачено конкурентами."),
    ("uk", "Це замовний допис."),
    ("uk", "Під дописом пишуть боти."),
    ("uk", "За дописом стоїть Bolt."),
    ("uk", "Це помста звільненої працівниці."),
    ("uk", "Вони — проплачені критики."),
    ("uk", "Автору відео заплатили."),
    ("uk", "Це фейкові акаунти конкурента."),
    ("es", "Detrás de esto está la competencia."),
    ("es", "Son cuentas falsas de nuestro competidor."),
    ("es", "El autor de la reseña es un exempleado nuestro."),
    ("es", "El vídeo fue pagado por Bolt."),
    ("es", "La campaña la encargó un rival."),
    ("es", "Es un ataque de la competencia."),
    ("es", "Esta reseña la escribió un bot."),
    ("es", "Son críticos a sueldo."),
    ("es", "Le pagaron por escribirlo."),
    ("es", "Quien lo publica es un antiguo empleado resentido."),
)
ACCUSES_NOBODY: tuple[tuple[Language, str], ...] = (
    ("en", "The post is not true, here is the proof: https://bakery.example/facts"),
    ("en", "We were the target of fraudsters, the police are informed."),
    ("en", "There is a fake account that uses our name. Please send it no money."),
    ("en", "We do not know who is behind this, and we do not guess."),
    ("en", "Our prices are better than those of our competitors."),
    ("en", "A former employee has written to us about the kitchen. We thank her and are looking into it."),
    ("en", "The video was made by our own team and shows the kitchen today."),
    ("en", "You are talking to our bot; a colleague answers from 8:00."),
    ("en", "The repair was paid for by the insurer."),
    ("en", "The campaign was paid for by the city council."),
    ("en", "A video was published by the police this morning."),
    ("uk", "Йому заплатили компенсацію вчора."),
    ("es", "La campaña fue pagada por el ayuntamiento."),
    ("en", "This advert was paid for by us."),
    ("en", "Anna is behind the counter every morning."),
    ("uk", "Допис не відповідає дійсності, ось підтвердження: https://bakery.example/facts"),
    ("uk", "Нас атакували шахраї, поліцію повідомлено."),
    ("uk", "З’явився фейковий акаунт, який видає себе за нас. Не надсилайте йому грошей."),
    ("uk", "Ми не знаємо, хто за цим стоїть, і не гадаємо."),
    ("uk", "За цим стоять бюджет і юристи."),
    ("uk", "Колишня працівниця написала нам про кухню. Ми дякуємо їй і перевіряємо."),
    ("uk", "Вам відповідає наш чат-бот; колеги напишуть після 8:00."),
    ("uk", "Доставку оплатив наш магазин."),
    ("uk", "Клієнтці повернули кошти за оплачене замовлення."),
    ("uk", "Ми організували роботу так, щоб ніхто не чекав."),
    ("uk", "Ви замовили торт і заплатили за доставку: гроші вже у вас."),
    ("es", "La publicación no es cierta; aquí está la prueba: https://bakery.example/facts"),
    ("es", "Hemos sido víctimas de un fraude; la policía está informada."),
    ("es", "Hay una cuenta falsa que se hace pasar por nosotros. No le envíe dinero."),
    ("es", "No sabemos quién está detrás de esto y no especulamos."),
    ("es", "Nuestro precio es mejor que el de la competencia."),
    ("es", "Una antigua empleada nos ha escrito sobre la cocina. Se lo agradecemos y lo revisamos."),
    ("es", "Le atiende nuestro bot; un compañero responde desde las 8:00."),
    ("es", "La reparación fue pagada por el seguro."),
    ("es", "El vídeo lo grabó nuestro equipo esta mañana."),
)


def faults(language: Language, text: str, rivals: tuple[str, ...] = ()) -> set[Fault]:
    draft = Draft(text=text, language=language, kind=Kind.REPLY, rivals=rivals)
    return {one.fault for one in check(draft).findings}


@pytest.mark.parametrize(("language", "text"), ACCUSES)
def test_who_is_said_to_be_behind_it_is_found(language: Language, text: str) -> None:
    assert Fault.ACCUSATION in faults(language, text)


@pytest.mark.parametrize(("language", "text"), ACCUSES_NOBODY)
def test_a_denial_and_a_warning_accuse_nobody(language: Language, text: str) -> None:
    assert Fault.ACCUSATION not in faults(language, text)


@pytest.mark.parametrize(
    ("language", "accuses", "names"),
    [
        ("en", "It is no secret that Zorro hired those who complain.", "Zorro and we deliver in the same town."),
        ("uk", "Усі ж бачать, що Зорра найняла тих, хто скаржиться.", "Поруч із нами працює й Зорра."),
        ("es", "Es sabido que Zorra sobornó a quienes se quejan.", "Zorra y nosotros repartimos en la ciudad."),
    ],
)
def test_a_competitor_of_the_clients_file_is_named_but_not_accused(
    language: Language, accuses: str, names: str
) -> None:
    rivals = ("Zorro", "Зорра", "Zorra")
    assert Fault.ACCUSATION in faults(language, accuses, rivals)
    assert Fault.ACCUSATION not in faults(language, names, rivals)


@pytest.mark.parametrize(("language", "text"), ACCUSES)
def test_an_accusation_is_one_in_whatever_language_the_text_is_said_to_be(language: Language, text: str) -> None:
    assert accusations(text)
