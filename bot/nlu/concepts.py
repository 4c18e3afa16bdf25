"""Words that mean the same here: "talão", "fatura" and "boleto" are all the bill.

What the training data says with one word, the classifier then also knows of its kin. Entries are
normalised words; "leitur*" stands for every word that starts so, and an entry of several words
for those words in a row. A word may belong to several concepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

CONCEPTS = {
    # the bill and its payment
    "bill": "conta contas fatura* boleto* talao taloes recibo* cobranca* carne",
    "power": "luz energia eletric* forca equatorial celpa distribuidora companhia",
    "copy": "segunda via|vias|copia|copias|reimpri*|imprim*|emit*|emiss*|ger*|pdf|arquivo|"
    "documento|tirar|tira|reenvi*",
    "lost": "perdi perdeu sumi* rasg* molh* extravi* esqueci queim* rasur* ilegive* joguei borr*",
    "barcode": "barra|barras|digitavel|linha digitavel|numeracao|numerao|digitar|sequencia|"
    "numerinho*|os numeros|xtwo numeros|codigo para pagar|codigo da conta",
    "pix": "pix qr qrcode cola chave pux pixx",
    "owe": "devo deve devendo devedor* debito* divida* pendent* pendenc* atras* vencid* aberto "
    "abertas aberta negativad* inadimpl* quit*",
    "due": "vence* vencimento* vencem",
    "value": "valor* quanto quantos preco total montante soma",
    "pay": "pagar pagamento* pague pago pagando quitar acertar depositar transferir",
    "paid": "paguei pago paga pagou pagas pagos quitei quitad* comprovante* baixa compens* caiu "
    "paguemos pagamos liquid* debitad*",
    "place": "loterica* loteric* banco* caixa* mercad* farmacia* correspondente* debito cartao "
    "dinheiro credito automatico agencia* maquininha cheque parcelad*",
    # by e-mail or on paper
    "email": "email* xemail gmail hotmail outlook yahoo icloud eletronic* digital digitais "
    "digitalmente online",
    "paper": "papel papelzinho impress* correio* carteiro fisic* porta residencia",
    "stop": "parar|pare|parem|cancel*|remov*|exclu*|descadastr*|desinscr*|desativ*|desabilit*|"
    "suspend*|desist*|encerr*|desfaz*|revog*|revert*|volta*|retorn*|descontinu*|bloque*|"
    "tirem|tire|tira|tirar|nao quero mais|nao autorizo|deixar de|deixem de|chega de|sair|retir*",
    "start": "cadastr*|ativ*|ader*|adesao|inscr*|autoriz*|habilit*|assin*|comec*|contrat*|optar|"
    "passar a|todo mes|mensal*|aderir|colocar|coloca|botar|bota",
    "change": "mud*|troc*|alter*|atualiz*|substitu*|modific*|outro|novo|nova|outra|em vez|no lugar",
    "old": "antigo antiga velho velha perdi bloquead* invadid* hackead*",
    # questions
    "code": "codigo*|unico|conta contrato|instalac*|unidade consumidora|uc|numero do cliente|"
    "numero da conta|xuc numeros",
    "where": "onde cade aonde lugar parte canto ond localiz* encontro acho fica",
    "site": "site|sites|app|apps|aplicativo*|agencia web|agencia virtual|portal|link|login|senha|"
    "internet|pagina|android|iphone|play store|www|navegador|computador|acess*|xurl",
    "meter": "leitura* medidor* relogio leiturista* medicao medic* ler visor autoleitura marcador",
    "arrive": "chega* chegou chegam entreg* prazo veio vem vira recebi receb* demora* atras*",
    "hours": "horario*|hora|horas|abre*|fecha*|feriado*|sabado*|domingo*|xtime|funciona*|atendem|"
    "atende|plantao|fim de semana|madrugada|expediente|dia e noite|fds|semana|noite",
    "fee": "gratis gratuit* graca cobra* taxa* custa* custo* tarifa preco credito* onus desconto",
    "scam": "golp* oficial oficiais verdadeir* fraud* fake falso falsa segur* confi* clonad* "
    "suspeit* virus autentic* legitim* verificad* estelionat* bandido*",
    "privacy": "lgpd dados privacidade apag* exclu* compartilh* vaz* sigilo* armazen* guard* "
    "protec* consentimento informacoes",
    "protocol": "protocolo* chamado* solicitac* andamento* requeriment* pedido status parecer",
    # referrals
    "outage": "falt*|sem luz|sem energia|escuro|escuridao|apag*|fio|fios|poste|postes|cabo|cabos|"
    "transformador*|queda|caiu|oscil*|pisc*|curto|faisca*|choque|blecaute|rede|disjuntor*|"
    "estour*|explod*|fase|fogo|temporal|voltagem|tensao|raio",
    "high": "alta altas alto caro cara caras absurd* dobr* triplic* subi* aument* errad* erro "
    "indevid* contest* revis* abusiv* incorret* diferente* multa gastei consumo kwh",
    "cut": "relig*|cort*|desliga*|ligar de volta|aviso de corte|suspens*|suspend*|reconex*",
    "instalments": "parcel* negoci* dividi* divide entrada acordo juros desconto prestac* vezes "
    "refinanc* renegoc*",
    "registry": "titular*|nome|transfer*|solar*|fotovolta*|tarifa social|baixa renda|cadunico|nis|"
    "ligacao nova|iluminacao|telefone|endereco|trifas*|monofas*|carga|ressarc*|poda*|podar|"
    "arvore*|vistoria|padrao|contrato|desligamento|extensao|geracao|troca de titularidade|"
    "data de vencimento|luz para todos|inquilin*|alugu*|mudanca|padrao|aterr*",
    # the conversation
    "hello": "oi ola opa alo hey salve saudac* bom boa oie ei eai hello hi buenas dia tarde noite",
    "bye": "tchau|xau|adeus|fui|falou|ate mais|ate logo|ate amanha|ate breve|encerr*|finaliz*|"
    "tchauzinho|bye|abraco*|bjs|bjo|beijo*|so isso|despe*|era so|vou indo|inte",
    "thanks": "obrigad*|valeu|grat*|agrade*|xthanks|brigad*|thanks|ajudou|deus|parabens|otimo|"
    "excelente|nota|amei|abencoe|thank|show|top|salvou",
    "yes": "sim|isso|ok|claro|certeza|aham|uhum|certo|correto|exat*|confirm*|pode|beleza|positivo|"
    "fechado|concordo|aceito|bora|perfeito|joia|xlike|afirmativo|ss|s|sin|sm|okay|demorou|"
    "verdade|autorizo|manda ver|com certeza|de acordo|isso mesmo|combinado|quero|isso ai",
    "no": "nao|negativo|nunca|nem|jamais|nenhum*|nada|nops|nn|xdislike|discordo|errado|incorreto|"
    "nao quero|dispenso|recuso|negado|nah|non",
    "quit": "cancel*|desist*|esque*|deixa|deixe|para|parar|pare|aborta*|interromp*|anul*|larga|"
    "abandon*|suspende|chega|mudei de ideia|para la|desfaz|cancela|nao quero mais|stop|depois eu",
    "menu": "menu|opcoes|opcao|servicos|inicio|recomec*|voltar|ajud*|help|comecar|lista|duvida|"
    "informacao|reinici*|tela|faz|funcionalidade*|o que voce|socorro",
    "again": "repet*|repit*|de novo|novamente|outra vez|mais uma vez|nao entendi|entendi|ouvi|"
    "compreend*|como assim|reenvi*|nao chegou|nao abriu|ha|que ?|o que ?|explica*|nao carregou",
    "slip": "errei|errad*|engan*|troquei|corrig*|corre*|confundi|digitei|escrevi|retific*|"
    "na verdade|o certo|sem querer|faltou um|botei|coloquei|mandei o|passei o|informei|desculpa|"
    "ops|eita",
    "pick": "primeir*|segund*|terceir*|quart*|quint*|ultim*|penultim*|opcao|numero xone|"
    "mais antiga|mais recente|mais velha|mais nova|todas|todos|ambas|essa|esse|aquela|as duas|"
    "xposition|a de|o de|a do|do meio|de cima|de baixo|barata|cara|vencida|qualquer",
    "month": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro "
    "dezembro jan fev mar abr jun jul ago set out nov dez",
    "datum": "xcpf xcnpj xcode xuc xlong xdate xemail xsome cpf cnpj nasci nascimento nasc",
    "person": "atendente* pessoa* humano humana gente alguem funcionari* supervisor* gerente* "
    "operador* ouvidoria consultor* moca moco equipe transfer* central responsavel",
    "robot": "robo* bot bots maquina* ia inteligencia computador chatgpt gravacao automatic* "
    "humana humano real quem nome assistente programa existe clara",
    "anger": "pessim* horrivel* lixo merda porcaria raiva palhac* ladra* vergonha* absurdo "
    "incompet* descas* desrespeito inutil burr* droga inferno procon process* cansad* odeio "
    "aneel pqp vtnc aff xangry enrol* lamentavel indignad* otario* demora caralho bosta puta "
    "idiota* imbecil* reclam* insatisf* decepcion* revoltad*",
    # what others do
    "elsewhere": "agua|cosanpa|gas|internet da|claro|vivo|tim|oi fibra|net|nubank|cartao|ipva|iptu|"
    "cnh|rg|detran|fgts|inss|bolsa|imposto|emprestimo|netflix|recarga|filme*|musica*|jogo*|remo|"
    "paysandu|flamengo|futebol|receita|bolo|comida|acai|remedio*|medico*|dor|doi|clima|chuva|"
    "chover|chove|temperatura|piada*|namor*|amor|casar|presidente|prefeito|politic*|governo|"
    "emprego|vaga|curriculo|onibus|passagem|voo|hotel|matematica|capital|dolar|bitcoin|aposta*|"
    "instagram|facebook|novela|cachorro|gato|moto|peixe|aluguel|matricula|concurso|enem|consulta|"
    "signo|horoscopo|traduz*|poema|vendo|compro|comprar|vender|copel|cpfl|enel|light|cemig|"
    "energisa|neoenergia|celesc|coelba|correios|consorcio|cardapio|alvara|havan|shopee|telefonica|"
    "algar|sky|brisanet|starlink|internet de casa|chip|caesb|sabesp|copasa|cedae|caema|compesa|"
    "saneamento|esgoto|comgas|ultragaz|liquigas|botijao|condominio|sindicato|escola|faculdade|"
    "colegio|creche|universidade|unip|unopar|estacio|fies|prouni|academia|plano de saude|unimed|"
    "hapvida|amil|convenio|hospital|laboratorio|exame*|clinica|dentista|vacina|magalu|"
    "magazine luiza|americanas|casas bahia|riachuelo|renner|marisa|pernambucanas|mercado livre|"
    "shein|aliexpress|amazon|olx|ifood|uber|rappi|natura|avon|boticario|hinode|jequiti|assai|"
    "atacadao|carrefour|spotify|youtube|disney|globoplay|hbo|playstation|xbox|tiktok|telegram|"
    "kwai|serasa|spc|darf|das|mei|irpf|imposto de renda|titulo de eleitor|passaporte|cpf novo|"
    "certidao|cartorio|prefeitura|licenciamento|pedagio|sem parar|seguro*|financiamento|iptv|"
    "sedex|jadlog|loggi|encomenda*|pacote|rastre*|gol|latam|azul|rodoviaria|igreja|dizimo|rifa|"
    "bicho|loteria|mega sena|ingresso*|mensalidade|apostila|prova|vestibular|salao|barbe*|unha|"
    "manicure|marmita|pizza|acougue|padaria|pousada|diarista|pedreiro|mecanico|oficina",
    "bank": "itau bradesco santander inter picpay sicredi sicoob pagbank pagseguro neon c6 "
    "banrisul banpara basa bmg pan safra credicard ourocard digio bb cresol stone infinitepay",
    "abroad": "the is you can hello my i how what please el la los mi usted quiero necesito una "
    "es and for to is it of where",
}

Tokens = Sequence[str]


def concepts_in(words: Tokens) -> Iterator[str]:
    """The concepts of a normalised text, in order of appearance."""
    for place, word in enumerate(words):
        yield from _WORDS.get(word, ())
        for length in range(2, len(word) + 1):
            yield from _STEMS.get(word[:length], ())
        for phrase, concept in _PHRASES.get(word, ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                yield concept


def _entries(text: str) -> list[str]:
    return text.split("|") if "|" in text else text.split()


_WORDS: dict[str, list[str]] = {}
_STEMS: dict[str, list[str]] = {}
_PHRASES: dict[str, list[tuple[tuple[str, ...], str]]] = {}

for _concept, _text in CONCEPTS.items():
    for _entry in _entries(_text):
        _parts = tuple(_entry.split())
        if len(_parts) > 1:
            _PHRASES.setdefault(_parts[0], []).append((_parts, _concept))
        elif _entry.endswith("*"):
            _STEMS.setdefault(_entry[:-1], []).append(_concept)
        else:
            _WORDS.setdefault(_entry, []).append(_concept)
